import {
  CreateImageCommand,
  DescribeImagesCommand,
  paginateDescribeImages,
  paginateDescribeSnapshots,
  type Image,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf } from '../../contract/activities';
import type { BackupImage } from '../../contract/hosts';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { MIGRATION_TAG, RUN_TAG, tagsOf } from '../owner';
import { pollUntil } from '../pacing';
import { collect } from '../pages';
import { sayBackupFailed, sayBackupStalled } from './texts';

const POLL_MS = 1000;
/**
 * How long what was made may not be shown yet; longer, and somebody has taken it away.
 * Source: AWS, EC2 API reference, "Eventual consistency".
 */
const UNSEEN_MS = 60_000;
/** States of an image that is a backup, or is on its way to one. */
const LIVING = ['pending', 'available'];

/** An image and its snapshots, as EC2 has them now. */
interface Backup {
  image: Image | undefined;
  snapshots: Snapshot[];
}

/**
 * Images a stopped host. An image that this run began is taken up again, unless it has failed or was deregistered; one
 * of an earlier run is no backup of today.
 */
export async function createBackup(deps: Deps, input: InputOf<'createBackup'>): Promise<BackupImage> {
  const { name, fallbackName } = input;
  const begun = await listBackups(deps, input);
  const living = await findLiving(deps, input, begun);
  if (living) return living;
  // a failed one keeps its name until somebody deregisters it
  const names = begun.length > 0 ? [`${fallbackName}-${begun.length}`] : [name, fallbackName];
  try {
    return await createImage(deps, input, names[0]!);
  } catch (error) {
    if (!isAws(error, 'InvalidAMIName.Duplicate')) throw error;
    const { own } = await findTaker(deps, input, names[0]!);
    return own ?? createImage(deps, input, names[1] ?? `${names[0]}-again`);
  }
}

/**
 * Waits for an image and its snapshots.
 * @throws ApplicationFailure, final: of type BackupFailed, with AWS's reason, where it can't become complete; of type
 * BackupStalled where it has not moved for `stallMs`
 */
export async function awaitBackup(deps: Deps, { imageId, stallMs }: InputOf<'awaitBackup'>): Promise<void> {
  let seen = '';
  let movedAt = Date.now();
  let wholeAt = Date.now();
  await pollUntil(
    async () => {
      const backup = await readBackup(deps, imageId);
      if (isComplete(backup)) return true;
      if (!isMissing(backup)) wholeAt = Date.now();
      const mayAppear = isMissing(backup) && Date.now() - wholeAt <= Math.min(UNSEEN_MS, stallMs);
      if (!mayAppear) refuseFailed(imageId, backup);
      const progress = describeProgress(backup);
      if (progress !== seen) movedAt = Date.now();
      seen = progress;
      if (Date.now() - movedAt <= stallMs) return undefined;
      throw ApplicationFailure.nonRetryable(sayBackupStalled(imageId, progress, stallMs), 'BackupStalled');
    },
    POLL_MS,
    () => ({
      imageId,
      progress: seen,
    }),
  );
}

/** Whether an image and all its snapshots are complete. */
export async function isBackupComplete(deps: Deps, imageId: string): Promise<boolean> {
  return isComplete(await readBackup(deps, imageId));
}

async function readBackup(deps: Deps, imageId: string): Promise<Backup> {
  const image = await findImage(deps, imageId);
  const ids = listSnapshotIds(image);
  if (ids.length === 0)
    return {
      image,
      snapshots: [],
    };
  // by filter: one that is gone is no error, and missing
  const Snapshots = await collect(
    paginateDescribeSnapshots(
      { client: deps.clients.ec2 },
      {
        Filters: [
          {
            Name: 'snapshot-id',
            Values: ids,
          },
        ],
      },
    ),
    (page) => page.Snapshots,
  );
  return {
    image,
    snapshots: Snapshots,
  };
}

async function findImage(deps: Deps, imageId: string): Promise<Image | undefined> {
  try {
    const command = new DescribeImagesCommand({ ImageIds: [imageId] });
    const { Images = [] } = await deps.clients.ec2.send(command);
    return Images[0];
  } catch (error) {
    // EC2 forgets a deregistered one after a while
    if (isAws(error, 'InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable')) return undefined;
    throw error;
  }
}

function listSnapshotIds(image: Image | undefined): string[] {
  const devices = image?.BlockDeviceMappings ?? [];
  return devices.flatMap(({ Ebs }) => (Ebs?.SnapshotId ? [Ebs.SnapshotId] : []));
}

/** An image is available before its snapshots are: only with them it is a backup. */
function isComplete({ image, snapshots }: Backup): boolean {
  const ids = listSnapshotIds(image);
  if (image?.State !== 'available' || ids.length === 0) return false;
  return snapshots.length === ids.length && snapshots.every(({ State }) => State === 'completed');
}

/** It is not there, or one of its snapshots is not. */
function isMissing({ image, snapshots }: Backup): boolean {
  return !image || (image.State === 'available' && snapshots.length < listSnapshotIds(image).length);
}

function hasFailed(backup: Backup): boolean {
  const { image, snapshots } = backup;
  return isMissing(backup) || !LIVING.includes(image?.State ?? '') || snapshots.some(({ State }) => State === 'error');
}

function refuseFailed(imageId: string, backup: Backup): void {
  if (!hasFailed(backup)) return;
  const { image, snapshots } = backup;
  const failed = snapshots.find(({ State }) => State === 'error');
  const why = failed ? `snapshot ${failed.SnapshotId}: ${failed.StateMessage}` : image?.StateReason?.Message;
  const state = image?.State ?? 'deregistered';
  throw ApplicationFailure.nonRetryable(sayBackupFailed(imageId, state, why), 'BackupFailed');
}

function describeProgress({ image, snapshots }: Backup): string {
  const parts = snapshots.map(({ State, Progress }) => `${State} ${Progress}`);
  return [image?.State, ...parts].join(', ');
}

/** What this run began of a host, whatever became of it. */
async function listBackups(deps: Deps, input: InputOf<'createBackup'>): Promise<Image[]> {
  const { owner, instanceId } = input;
  const Images = await collect(
    paginateDescribeImages(
      { client: deps.clients.ec2 },
      {
        Owners: ['self'],
        Filters: [
          { Name: `tag:${RUN_TAG}`, Values: [owner.run] },
          { Name: `tag:${MIGRATION_TAG}`, Values: [owner.migration] },
        ],
      },
    ),
    (page) => page.Images,
  );
  return Images.filter(({ Description }) => Description === descriptionOf(instanceId));
}

async function findLiving(
  deps: Deps,
  { instanceId }: InputOf<'createBackup'>,
  images: Image[],
): Promise<BackupImage | undefined> {
  for (const image of images) {
    const imageId = image.ImageId!;
    if (!hasFailed(await readBackup(deps, imageId)))
      return {
        instanceId,
        imageId,
        name: image.Name!,
      };
  }
  return undefined;
}

/**
 * Whose image has a name. It may be our own call's of a moment ago, whose reply was lost and which the SDK repeated: EC2
 * refuses its name at once and shows it later.
 */
async function findTaker(
  deps: Deps,
  input: InputOf<'createBackup'>,
  name: string,
): Promise<{ own: BackupImage | undefined }> {
  const began = Date.now();
  return pollUntil(
    async () => {
      const own = await findLiving(deps, input, await listBackups(deps, input));
      const isOver = own !== undefined || (await isShown(deps, name)) || Date.now() - began > UNSEEN_MS;
      return isOver ? { own } : undefined;
    },
    POLL_MS,
    () => ({
      name,
      waiting: 'to see who has it',
    }),
  );
}

async function isShown(deps: Deps, name: string): Promise<boolean> {
  const pages = paginateDescribeImages(
    { client: deps.clients.ec2 },
    {
      Owners: ['self'],
      Filters: [
        {
          Name: 'name',
          Values: [name],
        },
      ],
    },
  );
  const images = await collect(pages, (page) => page.Images);
  return images.length > 0;
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
  return {
    instanceId,
    imageId: ImageId!,
    name,
  };
}

/** Tells the images of one run's hosts apart. */
function descriptionOf(instanceId: string): string {
  return `lgtm-migrate: backup of ${instanceId}, stopped`;
}
