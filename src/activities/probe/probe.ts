import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { ApplicationFailure } from '@temporalio/activity';
import { PROBE_FAMILY } from '../../plan/names';
import type { Deps } from '../clients';
import { heartbeat, rest, until } from '../pacing';
import { isAws } from '../failures';
import { isOurs, smallTagsOf } from '../owner';
import type { ProbePlace } from '../../contract/probes';

const CONTAINER = 'probe';
const END = '-- end of probe';
const POLL_MS = 1000;
/** Logs follow a task's end within seconds. */
const LOG_LOOKS = 60;

/**
 * Runs a script in the VPC, as a Fargate task of its own, and returns what it printed. The worker is mostly
 * outside the VPC, where the task ports are closed; ECS Exec would need a session plugin and a writable task, a
 * Lambda another role and another image.
 * RunTask's client token makes it safe to repeat: AWS gives the same task back for a day, whether it runs or has stopped.
 * @param purpose unique in the run
 * @throws ProbeFailed with the reason when it did not start or did not come to its end
 */
export async function runProbe(deps: Deps, place: ProbePlace, purpose: string, script: string): Promise<string> {
  const { ecs } = deps.clients;
  const { cluster, owner } = place;
  const token = `${owner.run.slice(0, 18)}-${purpose}`.slice(0, 36);
  const taskDefinition = await definition(deps, place);
  const { tasks = [], failures = [] } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition,
      count: 1,
      clientToken: token,
      startedBy: token,
      tags: smallTagsOf(owner),
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: place.subnets,
          securityGroups: [place.securityGroup],
          assignPublicIp: 'DISABLED',
        },
      },
      overrides: { containerOverrides: [{ name: CONTAINER, command: [`${script}\necho '${END}'`] }] },
    }),
  );
  const taskArn = tasks[0]?.taskArn;
  if (!taskArn) throw failed(purpose, failures[0]?.reason ?? 'RunTask gave no task');
  const ended = await until(
    async () => {
      const { tasks: [task] = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
      return task?.lastStatus === 'STOPPED' ? task : undefined;
    },
    POLL_MS,
    () => ({ purpose, taskArn }),
  );
  const container = ended.containers?.[0];
  if (container?.exitCode === undefined)
    throw failed(purpose, `did not start: ${container?.reason ?? ended.stoppedReason ?? 'no reason given'}`);
  return printed(deps, place, purpose, taskArn.split('/').at(-1)!);
}

const failed = (purpose: string, why: string) =>
  ApplicationFailure.nonRetryable(`the probe ${purpose} (a task of ${PROBE_FAMILY}) ${why}`, 'ProbeFailed');

async function definition({ clients: { ecs } }: Deps, place: ProbePlace): Promise<string> {
  const { owner, image, executionRole, logGroup, region } = place;
  try {
    const { taskDefinition, tags } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: PROBE_FAMILY, include: ['TAGS'] }),
    );
    const found = taskDefinition?.containerDefinitions?.[0];
    const same =
      found?.image === image &&
      found?.logConfiguration?.options?.['awslogs-group'] === logGroup &&
      taskDefinition?.executionRoleArn === executionRole;
    if (same && isOurs(tags, owner)) return taskDefinition.taskDefinitionArn!;
  } catch (error) {
    if (!isAws(error, 'Client')) throw error;
  }
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: PROBE_FAMILY,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: executionRole,
      tags: smallTagsOf(owner),
      containerDefinitions: [
        {
          name: CONTAINER,
          image,
          essential: true,
          memory: 512,
          entryPoint: ['sh', '-c'],
          command: ['true'],
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': logGroup, 'awslogs-region': region, 'awslogs-stream-prefix': CONTAINER },
          },
        },
      ],
    }),
  );
  return taskDefinition!.taskDefinitionArn!;
}

/** The task's log, once its last line is there. */
async function printed(
  { clients: { logs } }: Deps,
  { logGroup }: ProbePlace,
  purpose: string,
  taskId: string,
): Promise<string> {
  for (let look = 0; look < LOG_LOOKS; look++) {
    const lines: string[] = [];
    try {
      for (let nextToken: string | undefined; ;) {
        const { events = [], nextForwardToken } = await logs.send(
          new GetLogEventsCommand({
            logGroupName: logGroup,
            logStreamName: `${CONTAINER}/${CONTAINER}/${taskId}`,
            startFromHead: true,
            nextToken,
          }),
        );
        lines.push(...events.map(({ message = '' }) => message));
        if (events.length === 0 || nextForwardToken === nextToken) break;
        nextToken = nextForwardToken;
      }
    } catch (error) {
      if (!isAws(error, 'ResourceNotFound')) throw error;
    }
    if (lines.at(-1) === END) return lines.slice(0, -1).join('\n');
    heartbeat({ purpose, taskId, waiting: 'its log' });
    await rest(POLL_MS);
  }
  throw failed(purpose, `ended, but its last line is not in ${logGroup}`);
}

/** Private addresses of a service's running tasks. */
export async function addressesOf({ clients: { ecs } }: Deps, cluster: string, service: string): Promise<string[]> {
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName: service, desiredStatus: 'RUNNING' }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks.flatMap(addressOf);
}

function addressOf({ lastStatus, attachments = [] }: Task): string[] {
  if (lastStatus !== 'RUNNING') return [];
  return attachments.flatMap(({ details = [] }) =>
    details.filter(({ name }) => name === 'privateIPv4Address').map(({ value }) => value!),
  );
}
