import {
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import { MIGRATION_TAG } from '../../../src/activities/owner';
import type { Activities } from '../../../src/contract/activities';
import { startEmulator, type OwnEmulator } from '../emulator';

const OWNER = {
  migration: 'm',
  run: 'r',
};
const NAMES = {
  name: 'lgtm-ec2-backup-20261126',
  fallbackName: 'lgtm-ec2-backup-20261126-050000',
};
const NO_CAPACITY = 'Server.InsufficientInstanceCapacity: Insufficient capacity.';
const NO_GRANT = 'Client.InternalError: Client error on launch';

let emulator: OwnEmulator;
let activities: Activities;
let instanceId: string;

beforeEach(async () => {
  emulator = await startEmulator();
  activities = createActivities({
    clients: createClients('ap-northeast-2'),
    environment: {},
  });
  instanceId = emulator.account.instanceIds[0]!;
});
afterEach(() => emulator.stop());

const broken = (how: Record<string, string | null>) => emulator.post('/ec2/break', how);

const stop = (timeoutMs = 60_000) =>
  activities.stopInstance({
    owner: OWNER,
    instanceId,
    timeoutMs,
  });
const start = (timeoutMs = 60_000) =>
  activities.startInstance({
    instanceId,
    timeoutMs,
  });
const backUp = () =>
  activities.createBackup({
    owner: OWNER,
    instanceId,
    ...NAMES,
  });
const awaitBackup = ({ imageId }: { imageId: string }, stallMs = 60_000) =>
  activities.awaitBackup({
    imageId,
    stallMs,
  });
const terminate = ({ imageId }: { imageId: string }) =>
  activities.terminateInstance({
    instanceId,
    imageId,
    timeoutMs: 60_000,
  });

async function terminateByHand(): Promise<void> {
  await new EC2Client({ region: 'ap-northeast-2' }).send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
}

test('a start that falls back to stopped fails with its reason, and succeeds when that has gone', async () => {
  const failure = {
    type: 'HostNotStarted',
    nonRetryable: false,
    message: expect.stringContaining(`fell back to stopped: ${NO_CAPACITY}; wait for capacity`) as string,
  };
  await stop();
  await broken({ starts: NO_CAPACITY });
  await expect(start()).rejects.toMatchObject(failure);
  await expect(start()).rejects.toMatchObject(failure);
  await broken({ starts: null });
  expect(await start()).toEqual({ publicIp: emulator.account.eip });
});

test('a host that did not start is marked still, and one that runs is not', async () => {
  const { ec2 } = createClients('ap-northeast-2');
  const listTags = async () => {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    return Reservations![0]!.Instances![0]!.Tags?.map(({ Key }) => Key) ?? [];
  };
  await stop();
  await broken({ starts: NO_CAPACITY });
  await expect(start()).rejects.toMatchObject({ type: 'HostNotStarted' });
  expect(await listTags()).toContain(MIGRATION_TAG);
  await broken({ starts: null });
  await start();
  expect(await listTags()).not.toContain(MIGRATION_TAG);
});

test('a start that a permission stands against is a human’s, who is told which', async () => {
  await stop();
  await broken({ starts: NO_GRANT });
  await expect(start()).rejects.toMatchObject({
    nonRetryable: true,
    message: expect.stringContaining('kms:CreateGrant') as string,
  });
});

test('a host that somebody has terminated is gone, and nobody waits for it', async () => {
  await terminateByHand();
  const gone = {
    type: 'HostGone',
    nonRetryable: true,
    message: expect.stringContaining(`${instanceId} is terminated (Client.UserInitiatedShutdown`) as string,
  };
  await expect(start()).rejects.toMatchObject(gone);
  await expect(stop()).rejects.toMatchObject(gone);
});

test('a host that EC2 does not know is gone too', async () => {
  instanceId = 'i-00000000000000000';
  await expect(start()).rejects.toMatchObject({
    type: 'HostGone',
    nonRetryable: true,
  });
});

test('an instance that takes longer than it may is told by its state', async () => {
  await emulator.post('/settings', {
    instance_stop_s: 600,
    instance_start_s: 600,
  });
  const late = {
    type: 'HostLate',
    nonRetryable: true,
  };
  await expect(stop(300)).rejects.toMatchObject({
    ...late,
    message: expect.stringContaining(`${instanceId} is stopping, and not stopped`) as string,
  });
  await expect(start(300)).rejects.toMatchObject(late);
});

test('an image that fails says why, and the next one has another name', async () => {
  await stop();
  await broken({ images: 'Client.InternalError: no key' });
  const failed = await backUp();
  await expect(awaitBackup(failed)).rejects.toMatchObject({
    type: 'BackupFailed',
    nonRetryable: true,
    message: expect.stringContaining('it is failed: Client.InternalError: no key') as string,
  });
  await broken({ images: null });
  const next = await backUp();
  expect(next.name).toBe(`${NAMES.fallbackName}-1`);
  await awaitBackup(next);
  expect(await backUp()).toEqual(next);
});

test('an image whose reply is lost, and which EC2 does not show yet, is no reason for a second one', async () => {
  await stop();
  const lost = {
    service: 'ec2',
    action: 'CreateImage',
    kind: '500-after',
    times: 1,
  };
  const unseen = {
    service: 'ec2',
    action: 'DescribeImages',
    kind: 'stale',
    after: 'CreateImage',
    delay_s: 3,
  };
  for (const rule of [lost, unseen]) await emulator.post('/rules', rule);
  const { name, imageId } = await backUp();
  await emulator.delete('/rules');
  expect(name).toBe(NAMES.name);
  const { Images } = await createClients('ap-northeast-2').ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
  expect(Images!.filter((image) => image.Name?.startsWith(NAMES.name)).map(({ ImageId }) => ImageId)).toEqual([
    imageId,
  ]);
});

test('an image whose snapshot fails is no backup, and the host is not terminated', async () => {
  await stop();
  await broken({ snapshots: 'the volume can not be read' });
  const failed = await backUp();
  await expect(awaitBackup(failed)).rejects.toMatchObject({
    type: 'BackupFailed',
    message: expect.stringMatching(/snapshot snap-\w+: the volume can not be read/) as string,
  });
  await expect(terminate(failed)).rejects.toMatchObject({
    type: 'BackupIncomplete',
    nonRetryable: true,
  });
  expect(
    await emulator.calls({
      service: 'ec2',
      action: 'TerminateInstances',
    }),
  ).toEqual([]);
});

test('an image that does not move is told with how far it is', async () => {
  await stop();
  await emulator.post('/settings', { ami_s: 600 });
  await expect(awaitBackup(await backUp(), 300)).rejects.toMatchObject({
    type: 'BackupStalled',
    message: expect.stringMatching(/has not moved for .* \(pending/) as string,
  });
});

test('an image that EC2 does not show yet is waited for', async () => {
  await stop();
  for (const action of ['DescribeImages', 'DescribeSnapshots']) {
    await emulator.post('/rules', {
      service: 'ec2',
      action,
      kind: 'stale',
      after: 'CreateImage',
      delay_s: 1,
      times: 1,
    });
  }
  const backup = await backUp();
  await awaitBackup(backup);
  await terminate(backup);
});

test('an image that somebody deregistered is no backup, and is made anew', async () => {
  await stop();
  const first = await backUp();
  await awaitBackup(first);
  await new EC2Client({ region: 'ap-northeast-2' }).send(new DeregisterImageCommand({ ImageId: first.imageId }));
  await expect(awaitBackup(first, 300)).rejects.toMatchObject({ type: 'BackupFailed' });
  await expect(terminate(first)).rejects.toMatchObject({ type: 'BackupIncomplete' });
  const second = await backUp();
  expect(second.imageId).not.toBe(first.imageId);
  await awaitBackup(second);
  await terminate(second);
});

test.each(['DescribeInstances', 'DescribeImages', 'TerminateInstances'])(
  'a termination at which AWS refuses %s says that nothing was terminated',
  async (action) => {
    await stop();
    const backup = await backUp();
    await awaitBackup(backup);
    await emulator.post('/rules', {
      service: 'ec2',
      action,
      kind: 'deny',
    });
    await expect(terminate(backup)).rejects.toMatchObject({
      type: 'BackupIncomplete',
      nonRetryable: true,
      message: expect.stringContaining('UnauthorizedOperation') as string,
    });
    await emulator.delete('/rules');
    await terminate(backup);
  },
);

test('a termination whose answer was lost, and which AWS then refuses, may have been one', async () => {
  await stop();
  const backup = await backUp();
  await awaitBackup(backup);
  const rule = {
    service: 'ec2',
    action: 'TerminateInstances',
  };
  await emulator.post('/rules', {
    ...rule,
    kind: '500-after',
    times: 1,
  });
  await emulator.post('/rules', {
    ...rule,
    kind: 'deny',
  });
  await expect(terminate(backup)).rejects.toMatchObject({ type: 'UnauthorizedOperation' });
});
