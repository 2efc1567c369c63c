import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missing } from '../../lab/images';
import type { Status } from '../../src/contract/status';
import { findObstacle, readShipped, type Build } from '../jenkins/jenkins';
import { useLab } from './lab';
import type { Operator } from './operator';
import { Team } from './team';

interface Policy {
  Statement: {
    Action: string | string[];
  }[];
}

const RECORD = 'deployment-record';
const STATUS = `${RECORD}/status.json`;
/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1';

const failedStageOf = ({ stages }: Build) => stages.find(({ state }) => state === 'failed')?.name;

const readStatus = ({ artifacts }: Build) => JSON.parse(artifacts[STATUS]!) as Status;

/** What a build that failed leaves: everything runs what it ran. */
async function expectFailure(team: Team, stage: string, fail: () => Promise<Build>): Promise<Build> {
  const before = await team.running();
  const build = await fail();
  expect([build.result, failedStageOf(build)]).toEqual(['FAILURE', stage]);
  expect(await team.running()).toEqual(before);
  return build;
}

async function migrate(operator: Operator): Promise<void> {
  await operator.start();
  const { outcome } = await operator.ended();
  expect(outcome).toBe('completed');
}

/** A commit to Mimir's folder: its image alone is built, pushed and deployed. */
async function deployMimir(team: Team): Promise<void> {
  const before = await team.running();
  appendFileSync(join(team.folder, 'mimir/Dockerfile'), 'LABEL revision=2\n');
  team.commit({});
  const build = await team.build();
  expect([build.error, build.result]).toEqual([null, 'SUCCESS']);
  const { mimir, ...others } = await team.running();
  const { mimir: old, ...othersBefore } = before;
  expect(others).toEqual(othersBefore);
  expect(mimir!.image).not.toBe(old!.image);
  expect(build.console.match(/^built +lgtm-\w+/gm)).toEqual(['built       lgtm-mimir', 'built       lgtm-mimir']);
  const { outcome, deployment } = readStatus(build);
  expect(outcome).toBe('completed');
  expect(deployment).toMatchObject({ by: 'kim', services: [{ service: 'mimir' }] });
  const rendered = Object.keys(build.artifacts).filter((path) => path.includes('task-definitions/'));
  expect(rendered).toHaveLength(6);
  const definition = JSON.parse(build.artifacts[`${RECORD}/task-definitions/mimir.json`]!) as {
    containerDefinitions: { image: string }[];
  };
  expect(definition.containerDefinitions[0]!.image).toBe(mimir!.image);
}

/** What fails before a deployment is started changes nothing in AWS. */
async function failBeforeDeployment(operator: Operator, team: Team): Promise<void> {
  const dockerfile = join(team.folder, 'loki/Dockerfile');
  const good = readFileSync(dockerfile, 'utf8');
  await operator.emulator.delete('/calls');

  team.jenkins.commit('migration.yaml', 'name: lgtm-prd\n');
  const unread = await expectFailure(team, 'Checkout Code', () => team.build());
  expect(unread.console).toContain('migration.yaml');

  writeFileSync(dockerfile, `${good}RUN exit 3\n`);
  team.commit({});
  const unbuilt = await expectFailure(team, 'Build Docker Images', () => team.build());
  expect(unbuilt.console).toContain('buildah could not build lgtm-loki');

  writeFileSync(dockerfile, `${good}LABEL revision=2\n`);
  team.commit({});
  const login = {
    service: 'ecr',
    action: 'GetAuthorizationToken',
    kind: 'deny',
  };
  await operator.emulator.post('/rules', login);
  const unpushed = await expectFailure(team, 'Push to ECR', () => team.build());
  await operator.emulator.delete('/rules');
  expect(unpushed.console).toContain('GetAuthorizationToken');

  writeFileSync(dockerfile, good);
  team.commit({ GF_LOG_LEVEL: 'warn' });
  const away = { environment: { TEMPORAL_ADDRESS: NOWHERE } };
  const unheard = await expectFailure(team, 'Register Task Definition', () => team.build(away));
  expect(unheard.console).toContain(NOWHERE);
  expect(unheard.artifacts[`${RECORD}/changes.txt`]).toContain('GF_LOG_LEVEL');

  const parameters = { PREVIOUS: true, SERVICES: 'mimir' };
  const declined = await team.build({ parameters, approver: null });
  expect(declined.result).toBe('ABORTED');
  expect(declined.artifacts[`${RECORD}/changes.txt`]).toMatch(/mimir +image: \S+ → \S+/);

  expect(await operator.emulator.calls({ mutating: '1' })).toEqual([]);
  await expectAllowed(operator);
}

/** Layers go to the registry, past the emulator; a host is looked for only where senders write to both sides. */
const NOT_SEEN = /Layer|PutImage|BatchGetImage|ec2:DescribeInstances/;

/** The role that the builds assume may do what they do, and no more. */
async function expectAllowed({ emulator }: Operator): Promise<void> {
  const calls = await emulator.calls();
  const made = new Set(calls.map(({ service, action }) => `${service}:${action}`));
  const { Statement } = JSON.parse(readShipped('jenkins/role-policy.json')) as Policy;
  const allowed = Statement.flatMap(({ Action }) => Action);
  const needed = allowed.filter((action) => !NOT_SEEN.test(action));
  expect([...made].sort()).toEqual(needed.sort());
}

/** What fails once a deployment runs goes back. */
async function failInDeployment(operator: Operator, team: Team): Promise<void> {
  const { emulator } = operator;
  team.commit({ GF_LOG_LEVEL: 'warn' });

  await emulator.post('/rules', {
    service: 'ecs',
    action: 'UpdateService',
    kind: 'deny',
    times: 1,
  });
  const refused = await expectFailure(team, 'Update ECS Service', () => team.build());
  expectGoneBack(refused, 'UpdateService');

  const next = revisionAfter(refused);
  await emulator.post('/ecs/break', { service: next, how: 'capacity' });
  const unsteady = await expectFailure(team, 'Wait for Deployment', () => team.build());
  await emulator.post('/ecs/break', { service: next, how: null });
  expectGoneBack(unsteady, 'grafana does not become steady');

  await emulator.post('/workload', { errors: 0.3, side: 'ecs' });
  const unhealthy = await expectFailure(team, 'Health Check', () => team.build());
  await emulator.delete('/workload');
  expectGoneBack(unhealthy, 'after the deployment: errors failed');
}

/** That a build will register after one that registered Grafana's in vain. */
function revisionAfter(build: Build): string {
  const [grafana] = readStatus(build).deployment!.services;
  const [, revision] = grafana!.to.split(':');
  return `grafana:${Number(revision) + 1}`;
}

function expectGoneBack(build: Build, reason: string): void {
  const { outcome, rollback } = readStatus(build);
  expect(outcome).toBe('rolled-back');
  expect(rollback?.reason).toContain(reason);
  expect(build.console).toContain(reason);
  expect(build.error).toMatch(/script returned exit code 3$/);
}

/** The end of Jenkins is not that of its deployment; its next build finds nothing to deploy. */
async function killJenkins(team: Team): Promise<void> {
  const { grafana: before } = await team.running();
  team.commit({ GF_LOG_LEVEL: 'error' });
  const running = team.start();
  running.ended.catch(() => undefined);
  await team.untilSaid(running, 'stage Update ECS Service');
  process.kill(-running.child.pid!, 'SIGKILL');
  const { outcome } = await team.untilDeployed();
  expect(outcome).toBe('completed');
  const after = await team.running();
  expect(after['grafana']!.definition).not.toBe(before!.definition);

  const again = await team.build();
  expect([again.error, again.result]).toEqual([null, 'SUCCESS']);
  expect(await team.running()).toEqual(after);
}

const reason = missing() ?? findObstacle();
const name = 'Jenkins deploys what changed; a failure in any stage, or its own end, leaves a stack that runs';

if (reason) {
  test.skip(`${name} (skipped: ${reason})`, () => undefined);
} else {
  const scenario = useLab({ images: true });
  test(
    name,
    scenario({}, async (operator) => {
      await migrate(operator);
      const team = new Team(operator);
      await deployMimir(team);
      await failBeforeDeployment(operator, team);
      await failInDeployment(operator, team);
      await killJenkins(team);
    }),
  );
}
