import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTasksCommand,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from '@aws-sdk/client-ecs';
import { ApplicationFailure } from '@temporalio/activity';
import type { ProbePlace } from '../../contract/probes';
import { PROBE_FAMILY } from '../../plan/names';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { ecsTagsOf } from '../owner';
import { heartbeat, pollUntil, sleep } from '../pacing';
import { ensureProbeDefinition, PROBE_CONTAINER } from './task-definition';

const END = '-- end of probe';
const POLL_MS = 1000;
/** Logs follow a task's end within seconds. */
const LOG_LOOKS = 60;
/** AWS's limit of a client token. */
const TOKEN_LENGTH = 36;

/**
 * Runs a script in the VPC, as a Fargate task of its own, and returns what it printed. The worker is mostly
 * outside the VPC, where the task ports are closed; ECS Exec would need a session plugin and a writable task, a
 * Lambda another role and another image.
 * RunTask's client token makes it safe to repeat: AWS returns the same task for a day, whether it runs or has stopped.
 * @param purpose unique in the run
 * @throws ProbeFailed with the reason when it did not start or did not come to its end
 */
export async function runProbe(deps: Deps, place: ProbePlace, purpose: string, script: string): Promise<string> {
  const taskDefinition = await ensureProbeDefinition(deps, place);
  const taskArn = await startTask(deps, purpose, buildTask(place, purpose, script, taskDefinition));
  const task = await waitUntilStopped(deps, place.cluster, taskArn, purpose);
  const [container] = task.containers ?? [];
  if (container?.exitCode === undefined) {
    const reason = container?.reason ?? task.stoppedReason ?? 'no reason given';
    throw probeFailure(purpose, `did not start: ${reason}`);
  }
  return readOutput(deps, place, purpose, taskArn.split('/').at(-1)!);
}

function buildTask(place: ProbePlace, purpose: string, script: string, taskDefinition: string): RunTaskCommandInput {
  const { owner, cluster, subnets, securityGroup } = place;
  const token = `${owner.run.slice(0, 18)}-${purpose}`.slice(0, TOKEN_LENGTH);
  const command = [`${script}\necho '${END}'`];
  return {
    cluster,
    taskDefinition,
    count: 1,
    clientToken: token,
    startedBy: token,
    tags: ecsTagsOf(owner),
    capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    networkConfiguration: {
      awsvpcConfiguration: { subnets, securityGroups: [securityGroup], assignPublicIp: 'DISABLED' },
    },
    overrides: { containerOverrides: [{ name: PROBE_CONTAINER, command }] },
  };
}

async function startTask({ clients: { ecs } }: Deps, purpose: string, task: RunTaskCommandInput): Promise<string> {
  const { tasks = [], failures = [] } = await ecs.send(new RunTaskCommand(task));
  const taskArn = tasks[0]?.taskArn;
  if (!taskArn) throw probeFailure(purpose, failures[0]?.reason ?? 'RunTask gave no task');
  return taskArn;
}

function waitUntilStopped(
  { clients: { ecs } }: Deps,
  cluster: string,
  taskArn: string,
  purpose: string,
): Promise<Task> {
  const look = async () => {
    const { tasks: [task] = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
    return task?.lastStatus === 'STOPPED' ? task : undefined;
  };
  return pollUntil(look, POLL_MS, () => ({ purpose, taskArn }));
}

/** The task's log, once its last line is there. */
async function readOutput(deps: Deps, place: ProbePlace, purpose: string, taskId: string): Promise<string> {
  const { logGroup } = place;
  const logStream = `${PROBE_CONTAINER}/${PROBE_CONTAINER}/${taskId}`;
  for (let look = 0; look < LOG_LOOKS; look++) {
    const lines = await readLines(deps, logGroup, logStream);
    if (lines.at(-1) === END) return lines.slice(0, -1).join('\n');
    heartbeat({ purpose, taskId, waiting: 'its log' });
    await sleep(POLL_MS);
  }
  throw probeFailure(purpose, `ended, but its last line is not in ${logGroup}`);
}

/** All lines of a log stream; none while it does not exist. */
async function readLines({ clients: { logs } }: Deps, logGroup: string, logStream: string): Promise<string[]> {
  const lines: string[] = [];
  try {
    for (let token: string | undefined; ;) {
      const { events = [], nextForwardToken } = await logs.send(
        new GetLogEventsCommand({
          logGroupName: logGroup,
          logStreamName: logStream,
          startFromHead: true,
          nextToken: token,
        }),
      );
      lines.push(...events.map(({ message = '' }) => message));
      // at the end of a stream CloudWatch returns the token that it was given
      if (events.length === 0 || nextForwardToken === token) return lines;
      token = nextForwardToken;
    }
  } catch (error) {
    if (isAws(error, 'ResourceNotFound')) return lines;
    throw error;
  }
}

function probeFailure(purpose: string, reason: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`the probe ${purpose} (a task of ${PROBE_FAMILY}) ${reason}`, 'ProbeFailed');
}

/** Private addresses of a service's running tasks. */
export async function findTaskAddresses(
  { clients: { ecs } }: Deps,
  cluster: string,
  service: string,
): Promise<string[]> {
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName: service, desiredStatus: 'RUNNING' }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  return running.flatMap(listAddresses);
}

function listAddresses({ attachments = [] }: Task): string[] {
  const details = attachments.flatMap((attachment) => attachment.details ?? []);
  return details.filter(({ name }) => name === 'privateIPv4Address').map(({ value }) => value!);
}

export { findTaskAddresses as addressesOf }; // until the merge
