import { gzipSync } from 'node:zlib';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTasksCommand,
  paginateListTasks,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from '@aws-sdk/client-ecs';
import { ApplicationFailure } from '@temporalio/activity';
import type { ProbePlace } from '../../contract/probes';
import { PROBE_FAMILY } from '../../plan/names';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { buildToken, ecsTagsOf } from '../owner';
import { heartbeat, pollUntil, sleep } from '../pacing';
import { collect } from '../pages';
import { ensureProbeDefinition, PROBE_CONTAINER } from './task-definition';

const END = '-- end of probe';
const POLL_MS = 1000;
/** Characters; the names of container and role stand in the overrides too. */
const LONGEST_SCRIPT = 7_500;
/** A new task is shown within seconds; one that has stopped for about an hour. Source: ECS, API reference of ListTasks */
const UNSHOWN_MS = 30_000;
/** The longest script asks some hundred addresses, ten seconds each; a task that Fargate can't place waits for ever. */
const LONGEST_MS = 30 * 60_000;
/** Logs follow a task's end within seconds. */
const LOG_LOOKS = 60;

/**
 * Runs a script in the VPC, as a Fargate task of its own, and returns what it
 * printed. The worker is mostly outside the VPC, where the task ports are
 * closed; ECS Exec would need a session plugin and a writable task, a Lambda
 * another role and another image. RunTask's client token makes it safe to
 * repeat: AWS returns the same task for a day, whether it runs or has stopped.
 * @param purpose unique in the run
 * @throws ProbeFailed with the reason when it did not start or did not come to its end
 */
export async function runProbe(deps: Deps, place: ProbePlace, purpose: string, script: string): Promise<string> {
  const taskDefinition = await ensureProbeDefinition(deps, place);
  const request = buildTask(place, purpose, script, taskDefinition);
  const taskArn = await startTask(deps, purpose, request);
  const task = await waitUntilStopped(deps, place.cluster, taskArn, purpose);
  const [container] = task.containers ?? [];
  if (container?.exitCode === undefined) {
    const reason = container?.reason ?? task.stoppedReason ?? 'no reason given';
    throw probeFailure(purpose, `did not start: ${reason}`);
  }
  const taskId = taskArn.split('/').at(-1)!;
  return readOutput(deps, place.logGroup, purpose, taskId);
}

function buildTask(place: ProbePlace, purpose: string, script: string, taskDefinition: string): RunTaskCommandInput {
  const { owner, cluster, subnets, securityGroup, taskRole } = place;
  const token = buildToken(owner, purpose);
  const command = [shorten(`${script}\necho '${END}'`)];
  return {
    cluster,
    taskDefinition,
    count: 1,
    clientToken: token,
    startedBy: token,
    tags: ecsTagsOf(owner),
    capacityProviderStrategy: [
      {
        capacityProvider: 'FARGATE',
        weight: 1,
      },
    ],
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets,
        securityGroups: [securityGroup],
        assignPublicIp: 'DISABLED',
      },
    },
    overrides: {
      ...(taskRole !== undefined && { taskRoleArn: taskRole }),
      containerOverrides: [
        {
          name: PROBE_CONTAINER,
          command,
        },
      ],
    },
  };
}

/**
 * RunTask takes 8,192 characters of overrides, JSON included: a script of many questions goes as its archive.
 * Source: AWS, API reference of RunTask, overrides.
 */
function shorten(script: string): string {
  if (JSON.stringify(script).length < LONGEST_SCRIPT) return script;
  return `printf %s '${gzipSync(script).toString('base64')}' | base64 -d | gzip -d | sh`;
}

async function startTask(deps: Deps, purpose: string, task: RunTaskCommandInput): Promise<string> {
  const { ecs } = deps.clients;
  const { tasks = [], failures = [] } = await ecs.send(new RunTaskCommand(task));
  const taskArn = tasks[0]?.taskArn;
  if (taskArn) return taskArn;
  const reason = failures[0]?.reason ?? 'RunTask gave no task';
  throw probeFailure(purpose, reason);
}

/** @throws ProbeFailed where it takes too long, or where ECS does not show it: it ended long ago, and says nothing new */
function waitUntilStopped(deps: Deps, cluster: string, taskArn: string, purpose: string): Promise<Task> {
  const { ecs } = deps.clients;
  const began = Date.now();
  const look = async () => {
    const command = new DescribeTasksCommand({
      cluster,
      tasks: [taskArn],
    });
    const { tasks = [] } = await ecs.send(command);
    const [task] = tasks;
    if (task?.lastStatus === 'STOPPED') return task;
    const elapsedMs = Date.now() - began;
    if (!task && elapsedMs > UNSHOWN_MS) throw probeFailure(purpose, 'is not shown by ECS any more');
    if (elapsedMs > LONGEST_MS) throw probeFailure(purpose, `is ${task?.lastStatus} after half an hour`);
    return undefined;
  };
  return pollUntil(look, POLL_MS, () => ({
    purpose,
    taskArn,
  }));
}

/** The task's log, once its last line is there. */
async function readOutput(deps: Deps, logGroup: string, purpose: string, taskId: string): Promise<string> {
  const logStream = `${PROBE_CONTAINER}/${PROBE_CONTAINER}/${taskId}`;
  for (let look = 0; look < LOG_LOOKS; look++) {
    const lines = await readLines(deps, logGroup, logStream);
    const lastLine = lines.pop();
    if (lastLine === END) return lines.join('\n');
    heartbeat({
      purpose,
      taskId,
      waiting: 'its log',
    });
    await sleep(POLL_MS);
  }
  throw probeFailure(purpose, `ended, but its last line is not in ${logGroup}`);
}

/** All lines of a log stream; none while it does not exist. */
async function readLines(deps: Deps, logGroup: string, logStream: string): Promise<string[]> {
  const { logs } = deps.clients;
  const lines: string[] = [];
  try {
    for (let token: string | undefined; ;) {
      const command = new GetLogEventsCommand({
        logGroupName: logGroup,
        logStreamName: logStream,
        startFromHead: true,
        nextToken: token,
      });
      const { events = [], nextForwardToken } = await logs.send(command);
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
  const text = `the probe ${purpose} (a task of ${PROBE_FAMILY}) ${reason}`;
  return ApplicationFailure.nonRetryable(text, 'ProbeFailed');
}

/** Each entry with the addresses of its service's running tasks. */
export function addAddresses<T extends { service: string }>(
  deps: Deps,
  cluster: string,
  entries: T[],
): Promise<(T & { addresses: string[] })[]> {
  return Promise.all(
    entries.map(async (entry) => ({
      ...entry,
      addresses: await findTaskAddresses(deps, cluster, entry.service),
    })),
  );
}

/** Private addresses of a service's running tasks. */
export async function findTaskAddresses(deps: Deps, cluster: string, service: string): Promise<string[]> {
  const { ecs } = deps.clients;
  const taskArns = await collect(
    paginateListTasks(
      { client: ecs },
      {
        cluster,
        serviceName: service,
        desiredStatus: 'RUNNING',
      },
    ),
    (page) => page.taskArns,
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(
    new DescribeTasksCommand({
      cluster,
      tasks: taskArns,
    }),
  );
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  return running.flatMap(listAddresses);
}

function listAddresses({ attachments = [] }: Task): string[] {
  const details = attachments.flatMap((attachment) => attachment.details ?? []);
  const addresses = details.filter(({ name }) => name === 'privateIPv4Address');
  return addresses.map(({ value }) => value!);
}
