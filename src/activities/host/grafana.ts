import { DescribeInstancesCommand, DescribeNetworkInterfacesCommand, type NetworkInterface } from '@aws-sdk/client-ec2';
import { ApplicationFailure } from '@temporalio/activity';
import type { Deps } from '../clients';
import { grafanaScript } from './grafana-script';
import { awaitScripts, runScript } from './ssm';
import type { Activities } from '../../contract/activities';
import type { GrafanaRequest } from '../../contract/grafana';

/**
 * An EFS mount target is a network interface that AWS describes as `EFS mount target for fs-… (fsmt-…)`: so
 * one is found with EC2's permissions alone.
 */
export async function mountTargets({ clients: { ec2 } }: Deps, fileSystem: string): Promise<NetworkInterface[]> {
  const { NetworkInterfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: 'description', Values: [`EFS mount target for ${fileSystem} *`] }],
    }),
  );
  return NetworkInterfaces;
}

/** Runs the program on a host. @throws GrafanaScript with its last words */
export async function askGrafana(
  deps: Deps,
  instanceId: string,
  ask: { verb: string; [key: string]: unknown },
  timeoutSeconds = 300,
  purpose = `grafana: ${ask.verb}`,
): Promise<Record<string, unknown>> {
  const { code, output, error } = await runScript(deps, instanceId, purpose, grafanaScript(ask), timeoutSeconds);
  if (code === 0) return JSON.parse(output) as Record<string, unknown>;
  throw ApplicationFailure.retryable(
    `Grafana's database on ${instanceId}, ${ask.verb}: ${(error || output).trim().slice(-500)}`,
    'GrafanaScript',
  );
}

/** SQLite of the old Grafana and the copy that the new one runs on, both through SSM on the old host. */
export function grafanaActivities(deps: Deps) {
  /** The address of the mount target in the host's own zone, or of any other. */
  async function addressOf(instanceId: string, fileSystem: string): Promise<string> {
    const { Reservations = [] } = await deps.clients.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [instanceId] }),
    );
    const zone = Reservations[0]?.Instances?.[0]?.Placement?.AvailabilityZone;
    const targets = await mountTargets(deps, fileSystem);
    const target = targets.find(({ AvailabilityZone }) => AvailabilityZone === zone) ?? targets[0];
    if (!target)
      throw ApplicationFailure.nonRetryable(
        `${fileSystem} has no mount target; make one with aws efs create-mount-target, then retry`,
        'NoMountTarget',
      );
    return target.PrivateIpAddress!;
  }

  async function at({ instanceId, path, target }: GrafanaRequest, verb: string, more: Record<string, unknown> = {}) {
    const place = target
      ? { address: await addressOf(instanceId, target.fileSystem), directory: target.directory, name: 'grafana.db' }
      : { name: 'lgtm-migrate-import.db' };
    return askGrafana(deps, instanceId, { verb, path, ...place, ...more }, 3600);
  }

  return {
    async prepareGrafanaFolder(request) {
      await at(request, 'prepare');
    },
    async lockGrafana({ instanceId, path }) {
      return (await askGrafana(deps, instanceId, { verb: 'close', path })) as Awaited<
        ReturnType<Activities['lockGrafana']>
      >;
    },
    async unlockGrafana({ instanceId, path }) {
      // a close that comes after the open would leave it closed
      await awaitScripts(deps, instanceId, ['grafana: close', 'grafana: copy']);
      await askGrafana(deps, instanceId, { verb: 'open', path });
    },
    async copyGrafana(request) {
      return (await at(request, 'copy')) as unknown as Awaited<ReturnType<Activities['copyGrafana']>>;
    },
    async countGrafana(request) {
      return (await at(request, 'count')) as Awaited<ReturnType<Activities['countGrafana']>>;
    },
    async listGrafanaEdits({ since, fingerprint, ...request }) {
      return (await at(request, 'edits', { since, fingerprint })) as unknown as Awaited<
        ReturnType<Activities['listGrafanaEdits']>
      >;
    },
  } satisfies Partial<Activities>;
}
