import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CREDENTIALS, findObstacle, JAVA, JAVA_OPTIONS, Jenkins, type Build, type BuildRequest } from './jenkins';
import { STAGES } from './stages';
import { StandIn } from './stand-in';

const ROOT = join(__dirname, '../..');
const LINTER = join(ROOT, 'node_modules/.bin/npm-groovy-lint');
const STATUS = 'deployment-record/status.json';
const ECR = '210987654321.dkr.ecr.eu-west-1.amazonaws.com';
const obstacle = findObstacle();
const describeHere = obstacle ? describe.skip : describe;

/** By stage: what fails in it. */
const FAILURES = {
  'Checkout Code': 'validate',
  'Build Docker Images': 'images build',
  'Push to ECR': 'images push',
  'Register Task Definition': '--json --by',
  'Update ECS Service': '--for updated',
  'Wait for Deployment': '--for steady',
  'Health Check': '--for verified',
};

function without(id: string): BuildRequest {
  const others = Object.entries(CREDENTIALS).filter(([known]) => known !== id);
  return { credentials: Object.fromEntries(others) };
}

const REQUESTS: Record<string, BuildRequest> = {
  default: {},
  chosen: {
    parameters: {
      SERVICES: 'mimir loki',
      REASON: 'a newer mimir',
      ASK: false,
      DURING_WEEK: true,
    },
  },
  previous: {
    parameters: {
      SERVICES: 'mimir',
      PREVIOUS: true,
    },
  },
  refused: { approver: null },
  'without keys': without('lgtm-aws'),
  'without a role': {
    environment: {
      LGTM_DEPLOY_ROLE: '',
    },
  },
  'with bases from ECR': {
    environment: {
      REGISTRY: `${ECR}/docker-hub`,
    },
  },
  'without a repository': { branch: 'nowhere' },
};

interface Done {
  build: Build;
  /** of the command line: with whose keys, and what */
  calls: string[];
}

describeHere(`the Jenkinsfile${obstacle ? ` (skipped: ${obstacle})` : ''}`, () => {
  const done: Record<string, Done> = {};

  beforeAll(async () => {
    const jenkins = new Jenkins();
    const standIn = new StandIn(jenkins);
    jenkins.commit('migration.yaml', 'name: lgtm-prd\n');
    const requests = { ...REQUESTS };
    for (const [name, what] of Object.entries(FAILURES)) {
      requests[name] = { environment: { FAILS: what } };
    }
    const builds = await jenkins.run(Object.values(requests));
    Object.keys(requests).forEach((name, index) => {
      done[name] = {
        build: builds[index]!,
        calls: standIn.callsOf(index + 1),
      };
    });
  });

  test('has no warning of the linter', () => {
    const words = [
      '--noserver',
      `--javaexecutable=${JAVA}`,
      `--javaoptions=${JAVA_OPTIONS.join()}`,
      '--config=recommended-jenkinsfile',
      '--failon=warning',
      'jenkins/Jenkinsfile',
    ];
    const { status, stdout } = spawnSync(LINTER, words, {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/results in .*1.* linted files/);
    expect([status, stdout]).toEqual([0, stdout]);
  });

  test('has the seven stages of the plan document, and deploys in them', () => {
    const { build, calls } = done['default']!;
    const { result, error, stages, console } = build;
    expect([result, error]).toEqual(['SUCCESS', null]);
    expect(stages.map(({ name }) => name)).toEqual(STAGES);
    const [, commit] = /at ([0-9a-f]{7,})\?/.exec(console)!;
    const reason = `jenkins-lgtm-deploy-1 at ${commit!} `;
    expect(calls).toEqual([
      'nobody: validate -f migration.yaml',
      'nobody: validate -f migration.yaml --json',
      'jenkins: images build --changed -f migration.yaml',
      'jenkins: images push -f migration.yaml',
      'jenkins: render -f migration.yaml --resolved live --duties on -o deployment-record/task-definitions',
      'jenkins: deploy -f migration.yaml --pushed --dry-run',
      `jenkins: deploy -f migration.yaml --pushed --json --by kim --reason ${reason}`,
      'nobody: deploy wait lgtm-prd --run run-1 --for updated --json',
      'nobody: deploy wait lgtm-prd --run run-1 --for steady --json',
      'nobody: deploy wait lgtm-prd --run run-1 --for verified --json',
    ]);
  });

  test('keeps as artefacts what changed, the run, its status and the task definitions', () => {
    const { artifacts } = done['default']!.build;
    const paths = Object.keys(artifacts).sort();
    expect(paths).toEqual([
      'deployment-record/changes.txt',
      'deployment-record/plan.json',
      'deployment-record/run.json',
      'deployment-record/status.json',
      'deployment-record/task-definitions/mimir.json',
    ]);
    const status: unknown = JSON.parse(artifacts[STATUS]!);
    expect(status).toEqual({ goal: 'verified' });
  });

  test.each(STAGES)('a failure in %s ends the build there, with its line, and the record is kept', (name) => {
    const { build, calls } = done[name]!;
    const { result, stages, error, console, artifacts } = build;
    const index = STAGES.indexOf(name);
    const expected = STAGES.map((_, place) => stateBeside(place, index));
    expect(result).toBe('FAILURE');
    expect(error).toMatch(/^Jenkinsfile:\d+: script returned exit code 3$/);
    expect(stages.map(({ state }) => state)).toEqual(expected);
    expect(calls.at(-1)).toContain(FAILURES[name]);
    expect(console).toContain(`lgtm-migrate: ${FAILURES[name]} failed; try again`);
    const isUnderWay = index >= STAGES.indexOf('Update ECS Service');
    expect(STATUS in artifacts).toBe(isUnderWay);
  });

  test('deploys the services that were named, with the reason that was given, and asks nobody where told to', () => {
    const { build, calls } = done['chosen']!;
    expect(build.result).toBe('SUCCESS');
    expect(build.console).not.toContain('input:');
    const deployed = calls.find((call) => call.includes('--by'));
    expect(deployed).toContain('--service mimir loki --pushed --during-week --json --by jenkins ');
    expect(deployed).toMatch(/ a newer mimir$/);
    const images = calls.filter((call) => call.includes('images'));
    expect(images).toEqual([
      'jenkins: images build --changed -f migration.yaml --service mimir loki',
      'jenkins: images push -f migration.yaml --service mimir loki',
    ]);
  });

  test('goes back a revision without building or pushing', () => {
    const { build, calls } = done['previous']!;
    const { result, stages } = build;
    const skipped = stages.filter(({ state }) => state === 'skipped');
    expect(result).toBe('SUCCESS');
    expect(skipped.map(({ name }) => name)).toEqual(['Build Docker Images', 'Push to ECR']);
    const asked = calls.join('\n');
    expect(asked).not.toContain('images');
    expect(asked).toContain('deploy -f migration.yaml --service mimir --previous --json');
  });

  test('starts nothing where the one who is asked says no', () => {
    const { build, calls } = done['refused']!;
    const { result, artifacts, console } = build;
    expect(result).toBe('ABORTED');
    expect(calls.at(-1)).toContain('--dry-run');
    expect(artifacts['deployment-record/changes.txt']).toBe('mimir image a → b\n');
    expect(console).toMatch(/timeout 30 MINUTES\n.*input: Deploy migration.yaml at \w+\? .* nothing is deployed\./);
    expect(console).toContain('before it had started a deployment: lgtm-migrate deploy status lgtm-prd\n');
  });

  test('logs in to ECR where the bases come from there, and nowhere else', () => {
    const { result, error, console } = done['with bases from ECR']!.build;
    expect(error).toBeNull();
    expect(result).toBe('SUCCESS');
    expect(console).toContain(`docker.withRegistry https://${ECR}, ecr:eu-west-1:lgtm-aws\n`);
    const elsewhere = done['default']!.build;
    expect(elsewhere.console).not.toContain('withRegistry');
  });

  test.each([
    ['without keys', 'Build Docker Images', /^Jenkinsfile:\d+: no credentials with the id lgtm-aws$/],
    ['without a role', 'Checkout Code', /^Jenkinsfile:\d+: LGTM_DEPLOY_ROLE is not set; make it .* \(casc\.yaml\)$/],
    ['without a repository', 'Checkout Code', /^Jenkinsfile:\d+: script returned exit code 128$/],
  ])('%s it touches nothing', (name, stage, reason) => {
    const { build, calls } = done[name]!;
    const { result, stages, error } = build;
    const failed = stages.find(({ state }) => state === 'failed');
    expect(result).toBe('FAILURE');
    expect(error).toMatch(reason);
    expect(failed?.name).toBe(stage);
    const others = calls.filter((call) => !call.includes('validate'));
    expect(others).toEqual([]);
  });
});

/** Of the stage at `index` where the one at `failing` fails. */
function stateBeside(index: number, failing: number) {
  if (index === failing) return 'failed';
  return index < failing ? 'done' : 'skipped';
}
