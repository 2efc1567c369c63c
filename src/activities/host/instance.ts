import {
  CreateImageCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type Image,
  type Instance,
} from '@aws-sdk/client-ec2';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf } from '../../contract/activities';
import type { BackupImage } from '../../contract/hosts';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { MIGRATION_TAG, RUN_TAG, tagsOf } from '../owner';
import { pollUntil } from '../pacing';
import { sayBackupFailed, sayBackupIncomplete } from './texts';

const POLL_MS = 1000;

/** Stops a host. Marks it first: another migration of it must not begin while it is off. */
export async function stopInstance(deps: Deps, { owner, instanceId }: InputOf<'stopInstance'>): Promise<void> {
  const { ec2 } = deps.clients;
  await ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags: tagsOf(owner) }));
  const state = await readState(deps, instanceId);
  if (state === 'running' || state === 'pending') {
    await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  }
  await awaitState(deps, instanceId, 'stopped');
}

/**
 * Takes the mark off and starts the host.
 * @returns its public address, which may be a new one
 */
export async function startInstance(
  deps: Deps,
  { instanceId }: InputOf<'startInstance'>,
): Promise<{ publicIp?: string }> {
  const { ec2 } = deps.clients;
  const marks = [{ Key: MIGRATION_TAG }, { Key: RUN_TAG }];
  await ec2.send(new DeleteTagsCommand({ Resources: [instanceId], Tags: marks }));
  // EC2 refuses to start what is still stopping
  if ((await readState(deps, instanceId)) === 'stopping') {
    await awaitState(deps, instanceId, 'stopped');
  }
  if ((await readState(deps, instanceId)) === 'stopped') {
    await ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  }
  const { PublicIpAddress } = await awaitState(deps, instanceId, 'running');
  return PublicIpAddress ? { publicIp: PublicIpAddress } : {};
}

/**
 * @throws ApplicationFailure of type BackupIncomplete, final, where the host's image is
 * not complete
 */
export async function terminateInstance(
  deps: Deps,
  { instanceId, imageId }: InputOf<'terminateInstance'>,
): Promise<void> {
  if (!(await isComplete(deps, await findImage(deps, imageId)))) {
    throw ApplicationFailure.nonRetryable(sayBackupIncomplete(instanceId, imageId), 'BackupIncomplete');
  }
  const state = await readState(deps, instanceId);
  if (state !== 'terminated' && state !== 'shutting-down') {
    await deps.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  }
  await awaitState(deps, instanceId, 'terminated');
}

/**
 * Images a stopped host. An image that this run began is taken up again; one of an earlier
 * run is no backup of today.
 */
export async function createBackup(deps: Deps, input: InputOf<'createBackup'>): Promise<BackupImage> {
  const begun = await findBegunBackup(deps, input);
  if (begun) return begun;
  try {
    return await createImage(deps, input, input.name);
  } catch (error) {
    if (!isAws(error, 'InvalidAMIName.Duplicate')) throw error;
    // the name may be taken by our own call of a moment ago, whose reply was lost and which the SDK repeated
    return (await findBegunBackup(deps, input)) ?? createImage(deps, input, input.fallbackName);
  }
}

/**
 * Waits for an image and its snapshots.
 * @throws ApplicationFailure of type BackupFailed, final, with AWS's reason
 */
export async function awaitBackup(deps: Deps, { imageId }: InputOf<'awaitBackup'>): Promise<void> {
  await pollUntil(
    async () => {
      const image = await findImage(deps, imageId);
      if (image?.State === 'failed') {
        throw ApplicationFailure.nonRetryable(sayBackupFailed(imageId, image.StateReason?.Message), 'BackupFailed');
      }
      return (await isComplete(deps, image)) ? true : undefined;
    },
    POLL_MS,
    () => ({ imageId }),
  );
}

async function describeInstance(deps: Deps, instanceId: string): Promise<Instance> {
  const { ec2 } = deps.clients;
  const command = new DescribeInstancesCommand({ InstanceIds: [instanceId] });
  const { Reservations = [] } = await ec2.send(command);
  return Reservations[0]!.Instances![0]!;
}

async function readState(deps: Deps, instanceId: string): Promise<string | undefined> {
  const { State } = await describeInstance(deps, instanceId);
  return State?.Name;
}

async function awaitState(deps: Deps, instanceId: string, wanted: string): Promise<Instance> {
  return pollUntil(
    async () => {
      const instance = await describeInstance(deps, instanceId);
      return instance.State?.Name === wanted ? instance : undefined;
    },
    POLL_MS,
    () => ({ instanceId, waiting: wanted }),
  );
}

async function findImage(deps: Deps, imageId: string): Promise<Image | undefined> {
  const { ec2 } = deps.clients;
  const command = new DescribeImagesCommand({ ImageIds: [imageId] });
  const { Images = [] } = await ec2.send(command);
  return Images[0];
}

/** An image is available before its snapshots are: only with them it is a backup. */
async function isComplete(deps: Deps, image: Image | undefined): Promise<boolean> {
  const { ec2 } = deps.clients;
  if (image?.State !== 'available') return false;
  const devices = image.BlockDeviceMappings ?? [];
  const ids = devices.flatMap(({ Ebs }) => (Ebs?.SnapshotId ? [Ebs.SnapshotId] : []));
  if (ids.length === 0) return false;
  const command = new DescribeSnapshotsCommand({ SnapshotIds: ids });
  const { Snapshots = [] } = await ec2.send(command);
  return Snapshots.length === ids.length && Snapshots.every(({ State }) => State === 'completed');
}

async function findBegunBackup(deps: Deps, input: InputOf<'createBackup'>): Promise<BackupImage | undefined> {
  const { owner, instanceId, name, fallbackName } = input;
  const command = new DescribeImagesCommand({
    Owners: ['self'],
    Filters: [
      { Name: `tag:${RUN_TAG}`, Values: [owner.run] },
      { Name: `tag:${MIGRATION_TAG}`, Values: [owner.migration] },
      { Name: 'name', Values: [name, fallbackName] },
    ],
  });
  const { Images = [] } = await deps.clients.ec2.send(command);
  const image = Images.find(({ Description }) => Description === descriptionOf(instanceId));
  return (
    image && {
      instanceId,
      imageId: image.ImageId!,
      name: image.Name!,
    }
  );
}

async function createImage(
  deps: Deps,
  { owner, instanceId }: InputOf<'createBackup'>,
  name: string,
): Promise<BackupImage> {
  const { ec2 } = deps.clients;
  const command = new CreateImageCommand({
    InstanceId: instanceId,
    Name: name,
    Description: descriptionOf(instanceId),
    NoReboot: true,
    TagSpecifications: [
      { ResourceType: 'image', Tags: tagsOf(owner) },
      { ResourceType: 'snapshot', Tags: tagsOf(owner) },
    ],
  });
  const { ImageId } = await ec2.send(command);
  return { instanceId, imageId: ImageId!, name };
}

/** Tells the images of one run's hosts apart. */
function descriptionOf(instanceId: string): string {
  return `lgtm-migrate: backup of ${instanceId}, stopped`;
}
