import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ensureLogGroup, hasLogGroup, removeLogGroup } from '../../../src/activities/aws/log-group';
import { createClients, type Deps } from '../../../src/activities/clients';
import { startEmulator, type OwnEmulator } from '../emulator';

const OWNER = {
  migration: 'lgtm',
  run: 'a-run',
};
const OURS = {
  owner: OWNER,
  name: '/ecs/lgtm/loki',
  retentionDays: 30,
};
const THEIRS = {
  ...OURS,
  name: '/ecs/lgtm/tempo',
};

let emulator: OwnEmulator;
let deps: Deps;

beforeAll(async () => {
  emulator = await startEmulator();
  deps = {
    clients: createClients('ap-northeast-2'),
    environment: {},
  };
});
afterAll(() => emulator.stop());

test('a log group is known by its tags as ours, and only such a one is removed', async () => {
  await deps.clients.logs.send(new CreateLogGroupCommand({ logGroupName: THEIRS.name }));
  expect(await ensureLogGroup(deps, OURS)).toMatchObject({ ownership: 'created' });
  expect(await ensureLogGroup(deps, OURS)).toMatchObject({ ownership: 'created' });
  expect(await ensureLogGroup(deps, THEIRS)).toMatchObject({ ownership: 'adopted' });

  await removeLogGroup(deps, OURS);
  await removeLogGroup(deps, THEIRS);
  expect(await hasLogGroup(deps, OURS.name)).toBe(false);
  expect(await hasLogGroup(deps, THEIRS.name)).toBe(true);
});
