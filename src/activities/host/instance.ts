import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf } from '../../contract/activities';
import type { Deps } from '../clients';
import { isAws, isDenied, normaliseError } from '../failures';
import { MIGRATION_TAG, RUN_TAG, tagsOf } from '../owner';
import { heartbeat, lastHeartbeat, pollUntil } from '../pacing';
import { isBackupComplete } from './backup';
import { sayBackupIncomplete, sayHostGone, sayHostLate, sayHostNotRunning, sayHostNotStarted } from './texts';

const POLL_MS = 1000;

/** States from which an instance comes to no other but the next of them. */
const GONE = ['shutting-down', 'terminated'];

/** How long an instance may take to another state. */
type Deadline = Pick<InputOf<'startInstance'>, 'instanceId' | 'timeoutMs'>;

/**
 * Stops a host. Marks it first: another migration of it must not begin while it is off.
 * @throws ApplicationFailure, final: of type HostGone where it is terminated, HostLate where it takes longer than it may
 */
export async function stopInstance(deps: Deps, { owner, ...deadline }: InputOf<'stopInstance'>): Promise<void> {
  const { ec2 } = deps.clients;
  const { instanceId } = deadline;
  await ec2.send(
    new CreateTagsCommand({
      Resources: [instanceId],
      Tags: tagsOf(owner),
    }),
  );
  const state = stateOf(await findInstance(deps, instanceId));
  if (state === 'running' || state === 'pending') {
    await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  }
  await awaitState(deps, deadline, 'stopped', refuseGone);
}

/**
 * Starts the host, and takes the mark off once it runs: whatever ends in between, it is known whose host is off.
 * @returns its public address, which may be a new one
 * @throws ApplicationFailure: of type HostNotStarted with EC2's reason where it falls back to `stopped`, final unless
 * the reason is AWS's own; of type HostGone or HostLate, final, as stopInstance
 */
export async function startInstance(deps: Deps, deadline: InputOf<'startInstance'>): Promise<{ publicIp?: string }> {
  const { ec2 } = deps.clients;
  const { instanceId } = deadline;
  // EC2 refuses to start what is still stopping
  const before = await awaitRest(deps, deadline);
  if (stateOf(before) === 'stopped') {
    await ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  }
  const refuse = createStartRefusal(before);
  const { PublicIpAddress } = await awaitState(deps, deadline, 'running', refuse);
  const marks = [{ Key: MIGRATION_TAG }, { Key: RUN_TAG }];
  await ec2.send(
    new DeleteTagsCommand({
      Resources: [instanceId],
      Tags: marks,
    }),
  );
  return PublicIpAddress ? { publicIp: PublicIpAddress } : {};
}

/**
 * @throws ApplicationFailure: of type BackupIncomplete where nothing was terminated, since the host's image is not
 * complete (final), a look failed before AWS was called, or AWS refused; of type HostLate, final, where EC2 takes
 * longer than it may
 */
export async function terminateInstance(deps: Deps, request: InputOf<'terminateInstance'>): Promise<void> {
  const { instanceId, timeoutMs } = request;
  if (await hasToTerminate(deps, request)) await askToTerminate(deps, instanceId);
  await awaitState(deps, { instanceId, timeoutMs }, 'terminated', () => undefined);
}

/** An attempt before this one has called AWS, whatever a look shows. */
function wasCalled(): boolean {
  return lastHeartbeat<{ waiting?: string }>()?.waiting === 'terminated';
}

/** Whether AWS has still to be called. Until it was, no look may fail but as what says that nothing was terminated. */
async function hasToTerminate(deps: Deps, { imageId, instanceId }: InputOf<'terminateInstance'>): Promise<boolean> {
  const isThere = async () => !GONE.includes(stateOf(await findInstance(deps, instanceId)));
  if (wasCalled()) return isThere();
  try {
    if (!(await isThere())) return false;
    if (await isBackupComplete(deps, imageId)) return true;
  } catch (error) {
    throw describeUnterminated(error, instanceId);
  }
  throw ApplicationFailure.nonRetryable(sayBackupIncomplete(instanceId, imageId), 'BackupIncomplete');
}

async function askToTerminate(deps: Deps, instanceId: string): Promise<void> {
  const isFirst = !wasCalled();
  heartbeat({
    instanceId,
    waiting: 'terminated',
  });
  try {
    await deps.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  } catch (error) {
    throw isFirst && isRefusal(error) ? describeUnterminated(error, instanceId) : error;
  }
}

/** AWS has said no to the only try; before another one the reply may have been lost. */
function isRefusal(error: unknown): boolean {
  const isOnlyTry = isAws(error) && error.$metadata?.attempts === 1;
  return isOnlyTry && (isDenied(error) || isAws(error, 'OperationNotPermitted'));
}

/** The one type that says: nothing was terminated. */
function describeUnterminated(error: unknown, instanceId: string): unknown {
  const known = normaliseError(error, 'terminateInstance', { instanceId });
  if (!(known instanceof ApplicationFailure)) return known;
  const { message, nonRetryable } = known;
  return ApplicationFailure.create({
    message,
    type: 'BackupIncomplete',
    nonRetryable: nonRetryable === true,
  });
}

/**
 * Refuses a host that EC2 shows as down: users who are sent there would find nobody. Where EC2 does not answer, nothing
 * is refused: the host was seen to answer before, and users wait.
 * @throws ApplicationFailure, final, of type HostGone or HostNotRunning
 */
export async function refuseSeenDown(deps: Deps, instanceId: string): Promise<void> {
  let instance: Instance | undefined;
  try {
    instance = await findInstance(deps, instanceId);
  } catch {
    return;
  }
  refuseGone(instance, instanceId);
  const state = stateOf(instance);
  if (state === 'running') return;
  throw ApplicationFailure.nonRetryable(sayHostNotRunning(instanceId, state), 'HostNotRunning');
}

/** undefined: EC2 does not know it any more. */
async function findInstance(deps: Deps, instanceId: string): Promise<Instance | undefined> {
  const { ec2 } = deps.clients;
  try {
    const command = new DescribeInstancesCommand({ InstanceIds: [instanceId] });
    const { Reservations = [] } = await ec2.send(command);
    return Reservations[0]?.Instances?.[0];
  } catch (error) {
    if (isAws(error, 'InvalidInstanceID.NotFound')) return undefined;
    throw error;
  }
}

/** An instance is listed for about an hour after its end. */
function stateOf(instance: Instance | undefined): string {
  return instance?.State?.Name ?? 'terminated';
}

/** The instance once it does not stop any more. */
async function awaitRest(deps: Deps, deadline: Deadline): Promise<Instance | undefined> {
  const found = await findInstance(deps, deadline.instanceId);
  return stateOf(found) === 'stopping' ? awaitState(deps, deadline, 'stopped', refuseGone) : found;
}

/** Throws where what it sees can't lead to the wanted state. */
type Refusal = (instance: Instance | undefined, instanceId: string) => void;

async function awaitState(
  deps: Deps,
  { instanceId, timeoutMs }: Deadline,
  wanted: string,
  refuse: Refusal,
): Promise<Instance> {
  const began = Date.now();
  return pollUntil(
    async () => {
      const instance = await findInstance(deps, instanceId);
      if (stateOf(instance) === wanted) return instance ?? {};
      refuse(instance, instanceId);
      if (Date.now() - began <= timeoutMs) return undefined;
      const message = sayHostLate(instanceId, wanted, stateOf(instance), timeoutMs);
      throw ApplicationFailure.nonRetryable(message, 'HostLate');
    },
    POLL_MS,
    () => ({
      instanceId,
      waiting: wanted,
    }),
  );
}

function refuseGone(instance: Instance | undefined, instanceId: string): void {
  if (!GONE.includes(stateOf(instance))) return;
  const message = sayHostGone(instanceId, reasonOf(instance));
  throw ApplicationFailure.nonRetryable(message, 'HostGone');
}

/** A start that EC2 took may end where it began: `stopped`, which is also what a look shows that comes too soon. */
function createStartRefusal(before: Instance | undefined): Refusal {
  let hasLeft = stateOf(before) !== 'stopped';
  return (instance, instanceId) => {
    refuseGone(instance, instanceId);
    const isStopped = stateOf(instance) === 'stopped';
    hasLeft ||= !isStopped || reasonOf(instance) !== reasonOf(before);
    if (isStopped && hasLeft) throw startFailure(instanceId, reasonOf(instance));
  };
}

/** `<code>: <message>`, as EC2 words it; empty where it gives none. */
function reasonOf(instance: Instance | undefined): string {
  return instance?.StateReason?.Message ?? '';
}

function startFailure(instanceId: string, reason: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: sayHostNotStarted(instanceId, reason),
    type: 'HostNotStarted',
    // what begins with Server is AWS's own, capacity above all, and may pass
    nonRetryable: !reason.startsWith('Server.'),
  });
}
