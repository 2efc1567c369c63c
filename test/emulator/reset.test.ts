import { readdirSync, readFileSync } from 'node:fs';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  ListServicesCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import {
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  EC2Client,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeInstanceInformationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { World } from '../../lab/emulator';
import { until } from '../../lab/until';
import { startEmulator, type OwnEmulator } from '../activities/emulator';

const WORLDS = ['ready', 'adopted', 'bare', 'filesystem', 'sqlite', 'empty'];
const NAME = 'grafana.example.com';
/** Durations that nobody else sleeps, so that their processes are found. */
const [SCRIPT_S, UNIT_S] = ['271828', '314159'];

let used: OwnEmulator;
beforeAll(async () => {
  used = await startEmulator();
});
afterAll(() => used.stop());

const config = ({ url }: OwnEmulator) => ({ region: 'ap-northeast-2', endpoint: url, maxAttempts: 1 });
const reset = (body: unknown) => fetch(`${used.url}/_emulator/reset`, { method: 'POST', body: JSON.stringify(body) });
const tell = (path: string, body: unknown) => used.post(path, body);

/** Edits the record, makes a service, stops the host, and changes whatever can be set. */
async function changeEverything(): Promise<void> {
  await reset({ world: 'ready' });
  const { hostedZoneId, instanceIds, vpcId, subnets } = await used.world();
  await makeService(vpcId, subnets['private-a']!);
  await editRecord(hostedZoneId);
  await runOnHost(instanceIds[0]!);
  await new EC2Client(config(used)).send(new StopInstancesCommand({ InstanceIds: instanceIds }));
  await tell('/rules', { service: 'ec2', action: 'DescribeInstances', kind: 'deny' });
  await tell('/settings', { ssm_agents: 0, task_start_s: 60, fargate_vcpus: 1 });
  await tell('/workload', { errors: 1, silent: ['LogDelay'], side: 'both' });
  await tell('/stores', { split: ['loki'], answers: { tempo: 401 }, memory: { mimir: 0 } });
  await tell('/ecr', { on: false, findings: { 'lgtm-mimir': { CRITICAL: 1 } } });
  await tell('/ecs/break', { service: 'mimir', how: 'exit' });
  await tell('/host', { id: instanceIds[0], compose_fails: true, sizes: {} });
}

async function makeService(VpcId: string, subnet: string): Promise<void> {
  const group = { GroupName: 'tasks', Description: 'tasks', VpcId };
  const { GroupId } = await new EC2Client(config(used)).send(new CreateSecurityGroupCommand(group));
  await new ECRClient(config(used)).send(new CreateRepositoryCommand({ repositoryName: 'lgtm-mimir' }));
  const ecs = new ECSClient(config(used));
  await ecs.send(new CreateClusterCommand({ clusterName: 'lgtm-cluster' }));
  const containerDefinitions = [{ name: 'mimir', image: 'grafana/mimir', memory: 512 }];
  const size = { cpu: '256', memory: '512', networkMode: 'awsvpc' as const };
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'mimir', containerDefinitions, ...size }));
  const networkConfiguration = { awsvpcConfiguration: { subnets: [subnet], securityGroups: [GroupId!] } };
  const service = { cluster: 'lgtm-cluster', serviceName: 'mimir', taskDefinition: 'mimir', desiredCount: 1 };
  await ecs.send(new CreateServiceCommand({ ...service, launchType: 'FARGATE', networkConfiguration }));
  await until('a task of mimir', async () => {
    const { services } = (await used.get('/dump')) as { services: Record<string, { running: number }> };
    return services['mimir']!.running === 1;
  });
}

async function editRecord(HostedZoneId: string): Promise<void> {
  const ResourceRecordSet = {
    Name: NAME,
    Type: 'CNAME' as const,
    TTL: 7,
    ResourceRecords: [{ Value: 'elsewhere.test' }],
  };
  const Changes = [{ Action: 'UPSERT' as const, ResourceRecordSet }];
  await new Route53Client(config(used)).send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }),
  );
}

/** Runs a script that starts a unit and goes on, until both are there. */
async function runOnHost(instance: string): Promise<void> {
  const commands = [`systemd-run --unit=long sleep ${UNIT_S}`, `sleep ${SCRIPT_S}`];
  const document = { DocumentName: 'AWS-RunShellScript', Parameters: { commands } };
  await new SSMClient(config(used)).send(new SendCommandCommand({ InstanceIds: [instance], ...document }));
  await until('script and unit', () => isSleeping(SCRIPT_S) && isSleeping(UNIT_S));
}

/** Whether a process sleeps for so long; a zombie has no command line. */
function isSleeping(seconds: string): boolean {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.some((pid) => readCommand(pid).includes(`sleep\0${seconds}\0`));
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}

/** All that a world says of itself and AWS of it, with names in the place of its ids and addresses. */
async function describeWorld(emulator: OwnEmulator): Promise<unknown> {
  const paths = [
    '/dump',
    '/world',
    '/calls',
    '/rules',
    '/settings',
    '/workload',
    '/stores',
    '/commands',
    '/grafana?side=host',
  ];
  const own = await Promise.all(paths.map((path) => emulator.get(path)));
  const world = own[1] as World;
  const resolved = await emulator.get(`/resolve?name=${NAME}`);
  const text = JSON.stringify({ own, resolved, aws: await askAws(emulator, 'bucket' in world) });
  return JSON.parse(nameIds(text, world));
}

async function askAws(emulator: OwnEmulator, hasBucket: boolean): Promise<unknown> {
  const { repositories = [] } = await new ECRClient(config(emulator)).send(new DescribeRepositoriesCommand({}));
  const { Reservations = [] } = await new EC2Client(config(emulator)).send(new DescribeInstancesCommand({}));
  const { InstanceInformationList } = await new SSMClient(config(emulator)).send(
    new DescribeInstanceInformationCommand({}),
  );
  const services = await new ECSClient(config(emulator))
    .send(new ListServicesCommand({ cluster: 'lgtm-cluster' }))
    .then(
      ({ serviceArns }) => serviceArns,
      (error: Error) => error.name,
    );
  const s3 = new S3Client({ ...config(emulator), forcePathStyle: true });
  const { Contents = [] } = hasBucket ? await s3.send(new ListObjectsV2Command({ Bucket: 'sys-lgtm-s3' })) : {};
  return {
    repositories: repositories.map(({ repositoryName }) => repositoryName),
    states: Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name)),
    InstanceInformationList,
    services,
    objects: Contents.map(({ Key }) => Key),
  };
}

/** The world's facts are its ids; what is not among them is the folder of its hosts and EFS's addresses. */
function nameIds(text: string, world: World): string {
  const flat = Object.entries({ ...world, ...(world['subnets'] as object | undefined) });
  const ids = flat.flatMap(([key, value]) => [value].flat().map((id) => [key, id] as const));
  const named = ids.reduce(
    (rest, [key, id]) => (typeof id === 'string' ? rest.replaceAll(id, `<${key}>`) : rest),
    text,
  );
  return named.replace(/\/[^"]*lgtm-emulator-\w+/g, '<folder>').replace(/10\.0\.[23]\.\d+/g, '<address in EFS>');
}

test.each(WORLDS)('a world that was changed in every way becomes by a reset the %s of a new process', async (world) => {
  const fresh = await startEmulator('--world', world);
  try {
    await changeEverything();
    const answer = await reset({ world });
    expect([answer.status, await answer.json()]).toEqual([200, await used.get('/world')]);
    expect(await describeWorld(used)).toEqual(await describeWorld(fresh));
  } finally {
    await fresh.stop();
  }
});

test('a reset to another kind of record changes what users resolve', async () => {
  await reset({ world: 'ready', record: 'a' });
  const { records } = (await used.get('/dump')) as { records: Record<string, unknown> };
  expect(Object.keys(records)).toEqual([`${NAME} A`]);
});

test('scripts and units of a host end with its world', async () => {
  await reset({ world: 'ready' });
  await runOnHost((await used.world()).instanceIds[0]!);
  await reset({ world: 'empty' });
  await until('the end of both', () => !isSleeping(SCRIPT_S) && !isSleeping(UNIT_S));
  expect(await used.get('/commands')).toEqual([]);
});

test('time goes on in the new world: images that are asked for are pushed', async () => {
  await changeEverything();
  await reset({ world: 'ready' });
  const ecr = new ECRClient(config(used));
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'lgtm-loki' }));
  const pushed = async () => (await ecr.send(new DescribeImagesCommand({ repositoryName: 'lgtm-loki' }))).imageDetails;
  await until('the image', async () => (await pushed())!.length === 1);
});

test('a world that does not exist is refused with those that do, and the present one stays', async () => {
  await reset({ world: 'bare' });
  const before = await used.get('/world');
  const answer = await reset({ world: 'nowhere' });
  const error = "world is 'nowhere'; take one of ready, adopted, bare, filesystem, sqlite, empty";
  expect([answer.status, await answer.json()]).toEqual([400, { error }]);
  expect(await used.get('/world')).toEqual(before);
});
