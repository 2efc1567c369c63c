import { AssociateVpcCidrBlockCommand } from '@aws-sdk/client-ec2';
import { labPlan } from '../../../lab/plan';
import { createClients } from '../../../src/activities/clients';
import { lookAtNetwork } from '../../../src/activities/preflight/network';
import { parsePlan } from '../../../src/plan/loader';
import { listRanges } from '../../../src/plan/routes';
import { startEmulator, type OwnEmulator } from '../emulator';

let emulator: OwnEmulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

test('a range that the VPC was given later is inside too', async () => {
  const deps = {
    clients: createClients('ap-northeast-2'),
    environment: process.env,
  };
  const plan = parsePlan(JSON.stringify(labPlan(emulator.account)), 'lab');
  const before = await lookAtNetwork(deps, plan);
  expect(listRanges(before.network)).toEqual(['10.0.0.0/16']);

  const { vpcId: VpcId } = emulator.account;
  await deps.clients.ec2.send(
    new AssociateVpcCidrBlockCommand({
      VpcId,
      CidrBlock: '100.64.0.0/16',
    }),
  );
  const { network } = await lookAtNetwork(deps, plan);
  expect(listRanges(network)).toEqual(['10.0.0.0/16', '100.64.0.0/16']);
});
