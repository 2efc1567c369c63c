import {
  DescribeInstancesCommand,
  paginateDescribeNetworkInterfaces,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf } from '../../contract/activities';
import type { GrafanaCopy, GrafanaCounts, GrafanaDatabase, GrafanaEdits, GrafanaRequest } from '../../contract/grafana';
import type { Deps } from '../clients';
import { collect } from '../pages';
import { grafanaScript, type GrafanaTask } from './grafana-script';
import { awaitScripts, runScript } from './ssm';
import { sayGrafanaProgramFailed, sayNoMountTarget } from './texts';

const LOCK_TIMEOUT_S = 300;
/** A copy of gigabytes over NFS takes minutes. */
const COPY_TIMEOUT_S = 3600;

/** Makes the folder on EFS that the new Grafana's tasks mount. */
export async function prepareGrafanaFolder(deps: Deps, request: GrafanaRequest): Promise<void> {
  await askAboutCopy(deps, request, 'prepare');
}

/** Makes the old database read-only; proven by a write that is refused. */
export async function lockGrafana(
  deps: Deps,
  { instanceId, path }: GrafanaDatabase,
): Promise<{ counts: GrafanaCounts }> {
  return askGrafana(deps, instanceId, {
    verb: 'close',
    path,
  });
}

/** Lets the old database take writes again. */
export async function unlockGrafana(deps: Deps, { instanceId, path }: GrafanaDatabase): Promise<void> {
  // a close that comes after the open would leave it closed
  await awaitScripts(deps, instanceId, [purposeOf('close'), purposeOf('copy')]);
  await askGrafana(deps, instanceId, {
    verb: 'open',
    path,
  });
}

/** Copies the locked database; one that is there already is set aside, never written over. */
export async function copyGrafana(deps: Deps, request: GrafanaRequest): Promise<GrafanaCopy> {
  return askAboutCopy(deps, request, 'copy');
}

/** Counts what the new Grafana has. */
export async function countGrafana(deps: Deps, request: GrafanaRequest): Promise<{ counts: GrafanaCounts }> {
  return askAboutCopy(deps, request, 'count');
}

/** Lists what the new Grafana has and the old one has not. */
export async function listGrafanaEdits(deps: Deps, input: InputOf<'listGrafanaEdits'>): Promise<GrafanaEdits> {
  const { since, fingerprint, ...request } = input;
  return askAboutCopy(deps, request, 'edits', {
    since,
    fingerprint,
  });
}

/**
 * An EFS mount target is a network interface that AWS describes as `EFS mount target for
 * fs-… (fsmt-…)`: so one is found with EC2's permissions alone.
 */
export async function mountTargets(deps: Deps, fileSystem: string): Promise<NetworkInterface[]> {
  const { ec2 } = deps.clients;
  const description = `EFS mount target for ${fileSystem} *`;
  const filters = [
    {
      Name: 'description',
      Values: [description],
    },
  ];
  const pages = paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters: filters });
  return collect(pages, (page) => page.NetworkInterfaces);
}

/**
 * Runs Grafana's program on a host.
 * @param purpose two of one purpose at one time are one command
 * @returns what the program printed; its shape is the verb's
 * @throws ApplicationFailure of type GrafanaScript, retryable, with the program's last
 * words
 */
export async function askGrafana<T>(
  deps: Deps,
  instanceId: string,
  task: GrafanaTask,
  timeoutSeconds = LOCK_TIMEOUT_S,
  purpose = purposeOf(task.verb),
): Promise<T> {
  const result = await runScript(deps, instanceId, purpose, grafanaScript(task), timeoutSeconds);
  if (result.code === 0) return JSON.parse(result.output) as T;
  throw ApplicationFailure.retryable(sayGrafanaProgramFailed(instanceId, task.verb, result), 'GrafanaScript');
}

function purposeOf(verb: GrafanaTask['verb']): string {
  return `grafana: ${verb}`;
}

async function askAboutCopy<T>(
  deps: Deps,
  { instanceId, path, target }: GrafanaRequest,
  verb: GrafanaTask['verb'],
  more: Record<string, unknown> = {},
): Promise<T> {
  const place = target
    ? {
        address: await addressOnHost(deps, instanceId, target.fileSystem),
        directory: target.directory,
        name: 'grafana.db',
      }
    : { name: 'lgtm-migrate-import.db' };
  return askGrafana<T>(
    deps,
    instanceId,
    {
      verb,
      path,
      ...place,
      ...more,
    },
    COPY_TIMEOUT_S,
  );
}

/** The address of the mount target in the host's own zone, or of any other. */
async function addressOnHost(deps: Deps, instanceId: string, fileSystem: string): Promise<string> {
  const { ec2 } = deps.clients;
  const command = new DescribeInstancesCommand({ InstanceIds: [instanceId] });
  const { Reservations = [] } = await ec2.send(command);
  const zone = Reservations[0]?.Instances?.[0]?.Placement?.AvailabilityZone;
  const targets = await mountTargets(deps, fileSystem);
  const target = targets.find(({ AvailabilityZone }) => AvailabilityZone === zone) ?? targets[0];
  if (!target) {
    throw ApplicationFailure.nonRetryable(sayNoMountTarget(fileSystem), 'NoMountTarget');
  }
  return target.PrivateIpAddress!;
}
