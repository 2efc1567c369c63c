import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { ByHand } from './by-hand';
import { failures, ofCheck, startWorld, type PreflightWorld } from './world';

const GRAFANA = 'grafana.example.com';

let world: PreflightWorld;
beforeEach(async () => {
  world = await startWorld('adopted');
});
afterEach(() => world.emulator.stop());

/** A private zone of the VPC. @returns its id */
async function makeZone(Name: string): Promise<string> {
  const command = new CreateHostedZoneCommand({
    Name,
    CallerReference: Name,
    HostedZoneConfig: { PrivateZone: true },
    VPC: {
      VPCRegion: 'ap-northeast-2',
      VPCId: world.emulator.account.vpcId,
    },
  });
  const { HostedZone } = await new Route53Client(world.config).send(command);
  return HostedZone!.Id!.replace('/hostedzone/', '');
}

async function addRecord(HostedZoneId: string, Name: string, Value: string): Promise<void> {
  const ResourceRecordSet: ResourceRecordSet = {
    Name,
    Type: 'A',
    TTL: 300,
    ResourceRecords: [{ Value }],
  };
  const command = new ChangeResourceRecordSetsCommand({
    HostedZoneId,
    ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
  });
  await new Route53Client(world.config).send(command);
}

const listWarnings = async () => {
  const findings = ofCheck(await world.preflight(), 'zone');
  const warnings = findings.filter(({ level }) => level === 'warn');
  return warnings.map(({ level, message }) => `${level}: ${message}`);
};

test('a name that a private zone answers inside the VPC is told with what it answers there', async () => {
  const { vpcId } = world.emulator.account;
  expect(await listWarnings()).toEqual([]);
  const outer = await makeZone('example.com');
  expect(await listWarnings()).toEqual([
    `warn: inside ${vpcId} there is no ${GRAFANA}: the private zone ${outer} answers for all of example.com ` +
      'and does not have it',
  ]);
  await addRecord(outer, GRAFANA, '10.0.0.4');
  expect(await listWarnings()).toEqual([
    `warn: inside ${vpcId} ${GRAFANA} is answered by the private zone ${outer}, A 10.0.0.4 TTL 300: ` +
      'those clients do not move',
  ]);
});

test('a private zone in the place of the namespace is a failure before Cloud Map is asked', async () => {
  const { vpcId } = world.emulator.account;
  const zone = await makeZone('stack.local');
  const findings = await world.preflight({ namespace: 'stack.local' });
  expect(failures(findings)).toEqual([
    `${vpcId} has a private zone of the name stack.local already, ${zone}: Cloud Map can't make its own`,
  ]);
});

test('a wildcard of a private zone answers for a name that it lacks, and that is told', async () => {
  const { vpcId } = world.emulator.account;
  const zone = await makeZone('example.com');
  await addRecord(zone, '*.example.com', '10.0.0.4');
  expect(await listWarnings()).toEqual([
    `warn: inside ${vpcId} ${GRAFANA} is answered by *.example.com of the private zone ${zone}, A 10.0.0.4 TTL 300: ` +
      'those clients do not move',
  ]);
});

test('a private zone of the VPC that only the host is in counts too', async () => {
  const outer = await makeZone('example.com');
  await addRecord(outer, GRAFANA, '10.0.0.4');
  const { vpcId } = await new ByHand(world.config).makeVpc();
  const findings = ofCheck(await world.preflight({ network: { vpc: vpcId } }), 'zone');
  expect(findings.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(
      `^inside ${world.emulator.account.vpcId} ${GRAFANA} is answered by the private zone ${outer}`,
    ),
  );
});

test('of two private zones the one with the longest name answers', async () => {
  await addRecord(await makeZone('example.com'), GRAFANA, '10.0.0.4');
  const inner = await makeZone(GRAFANA);
  await addRecord(inner, GRAFANA, '10.0.0.5');
  expect(await listWarnings()).toEqual([expect.stringContaining(`${inner}, A 10.0.0.5`)]);
});
