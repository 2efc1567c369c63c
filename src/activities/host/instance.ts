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
import type { Deps } from '../clients';
import { until } from '../pacing';
import { isAws } from '../failures';
import { MIGRATION_TAG, RUN_TAG, tagsOf } from '../owner';
import type { Activities } from '../../contract/activities';
import type { BackupImage } from '../../contract/hosts';

const POLL_MS = 1000;

/** EC2 hosts and the images that back them up. */
export function hostActivities({ clients: { ec2 } }: Deps) {
  async function describe(instanceId: string): Promise<Instance> {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    return Reservations[0]!.Instances![0]!;
  }

  async function becomes(instanceId: string, wanted: string): Promise<Instance> {
    return until(
      async () => {
        const instance = await describe(instanceId);
        return instance.State?.Name === wanted ? instance : undefined;
      },
      POLL_MS,
      () => ({ instanceId, waiting: wanted }),
    );
  }

  async function complete(image: Image | undefined): Promise<boolean> {
    if (image?.State !== 'available') return false;
    const ids = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => (Ebs?.SnapshotId ? [Ebs.SnapshotId] : []));
    const { Snapshots = [] } = ids.length ? await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: ids })) : {};
    return ids.length > 0 && Snapshots.length === ids.length && Snapshots.every(({ State }) => State === 'completed');
  }

  async function image(imageId: string): Promise<Image | undefined> {
    return (await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }))).Images?.[0];
  }

  return {
    /** Marks the host first: another migration of it must not begin while it is off. */
    async stopInstance({ owner, instanceId }) {
      await ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags: tagsOf(owner) }));
      const state = (await describe(instanceId)).State?.Name;
      if (state === 'running' || state === 'pending')
        await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
      await becomes(instanceId, 'stopped');
    },

    async startInstance({ instanceId }) {
      await ec2.send(
        new DeleteTagsCommand({ Resources: [instanceId], Tags: [{ Key: MIGRATION_TAG }, { Key: RUN_TAG }] }),
      );
      if ((await describe(instanceId)).State?.Name === 'stopping') await becomes(instanceId, 'stopped');
      if ((await describe(instanceId)).State?.Name === 'stopped')
        await ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
      const { PublicIpAddress } = await becomes(instanceId, 'running');
      return PublicIpAddress ? { publicIp: PublicIpAddress } : {};
    },

    /** An image that this run began is taken up again; one of an earlier run is no backup of today. */
    async createBackup({ owner, instanceId, name, fallbackName }): Promise<BackupImage> {
      const begun = async (): Promise<BackupImage | undefined> => {
        const { Images = [] } = await ec2.send(
          new DescribeImagesCommand({
            Owners: ['self'],
            Filters: [
              { Name: `tag:${RUN_TAG}`, Values: [owner.run] },
              { Name: `tag:${MIGRATION_TAG}`, Values: [owner.migration] },
              { Name: 'name', Values: [name, fallbackName] },
            ],
          }),
        );
        const found = Images.find(({ Description }) => Description === description(instanceId));
        return found && { instanceId, imageId: found.ImageId!, name: found.Name! };
      };
      const there = await begun();
      if (there) return there;
      const create = async (Name: string) => {
        const { ImageId } = await ec2.send(
          new CreateImageCommand({
            InstanceId: instanceId,
            Name,
            Description: description(instanceId),
            NoReboot: true,
            TagSpecifications: [
              { ResourceType: 'image', Tags: tagsOf(owner) },
              { ResourceType: 'snapshot', Tags: tagsOf(owner) },
            ],
          }),
        );
        return { instanceId, imageId: ImageId!, name: Name };
      };
      try {
        return await create(name);
      } catch (error) {
        if (!isAws(error, 'InvalidAMIName.Duplicate')) throw error;
        // the name may be taken by our own call of a moment ago, whose reply was lost and which the SDK repeated
        return (await begun()) ?? create(fallbackName);
      }
    },

    async awaitBackup({ imageId }) {
      await until(
        async () => {
          const found = await image(imageId);
          if (found?.State === 'failed')
            throw ApplicationFailure.nonRetryable(
              `image ${imageId} failed: ${found.StateReason?.Message}; deregister it, then retry`,
              'BackupFailed',
            );
          return (await complete(found)) ? true : undefined;
        },
        POLL_MS,
        () => ({ imageId }),
      );
    },

    async terminateInstance({ instanceId, imageId }) {
      if (!(await complete(await image(imageId)))) {
        throw ApplicationFailure.nonRetryable(
          `${instanceId} is not terminated: its backup ${imageId} is not complete`,
          'BackupIncomplete',
        );
      }
      const state = (await describe(instanceId)).State?.Name;
      if (state !== 'terminated' && state !== 'shutting-down')
        await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
      await becomes(instanceId, 'terminated');
    },
  } satisfies Partial<Activities>;
}

const description = (instanceId: string) => `lgtm-migrate: backup of ${instanceId}, stopped`;
