import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
  type TargetGroup as AwsTargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroup, TargetGroupRequest } from '../../contract/load-balancers';
import type { OwnedName } from '../../contract/resources';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { tagsOf } from '../owner';
import { readOwnership } from './load-balancer';

/** How often a target is asked, and how often it may not answer. */
export const HEALTH_CHECK = {
  HealthCheckIntervalSeconds: 10,
  HealthCheckTimeoutSeconds: 5,
  HealthyThresholdCount: 2,
  UnhealthyThresholdCount: 3,
};

/** Finds a service's target group, or creates it. */
export async function ensureTargetGroup(deps: Deps, request: TargetGroupRequest): Promise<TargetGroup> {
  const { owner, name, service, deregistrationDelay } = request;
  const found = await findTargetGroup(deps, name);
  const id = found?.TargetGroupArn ?? (await createTargetGroup(deps, request));
  const ownership = found ? await readOwnership(deps, id, owner) : 'created';
  // of a found one too: the attempt that created it may have ended before this
  if (ownership === 'created') await setDeregistrationDelay(deps, id, deregistrationDelay);
  return {
    id,
    service,
    dimension: dimensionOf(id),
    ownership,
  };
}

/** Deletes the target group if this run created it. */
export async function removeTargetGroup(deps: Deps, { owner, name }: OwnedName): Promise<void> {
  const found = await findTargetGroup(deps, name);
  if (!found) return;
  const ownership = await readOwnership(deps, found.TargetGroupArn!, owner);
  if (ownership !== 'created') return;
  const command = new DeleteTargetGroupCommand({ TargetGroupArn: found.TargetGroupArn });
  await deps.clients.elb.send(command);
}

/** A target group by its name. */
export async function findTargetGroup(deps: Deps, name: string): Promise<AwsTargetGroup | undefined> {
  const { elb } = deps.clients;
  try {
    const command = new DescribeTargetGroupsCommand({ Names: [name] });
    const { TargetGroups } = await elb.send(command);
    return TargetGroups?.[0];
  } catch (error) {
    if (isAws(error, 'TargetGroupNotFound')) return undefined;
    throw error;
  }
}

async function createTargetGroup(deps: Deps, request: TargetGroupRequest): Promise<string> {
  const { elb } = deps.clients;
  const command = new CreateTargetGroupCommand({
    Name: request.name,
    Protocol: 'HTTP',
    Port: request.port,
    VpcId: request.vpcId,
    TargetType: 'ip',
    HealthCheckPath: request.healthPath,
    ...HEALTH_CHECK,
    Tags: tagsOf(request.owner),
  });
  const { TargetGroups } = await elb.send(command);
  return TargetGroups![0]!.TargetGroupArn!;
}

async function setDeregistrationDelay(deps: Deps, arn: string, seconds: number): Promise<void> {
  const { elb } = deps.clients;
  const delay = {
    Key: 'deregistration_delay.timeout_seconds',
    Value: String(seconds),
  };
  const command = new ModifyTargetGroupAttributesCommand({
    TargetGroupArn: arn,
    Attributes: [delay],
  });
  await elb.send(command);
}

/** `targetgroup/<name>/<id>`: how CloudWatch names a target group. */
export function dimensionOf(arn: string): string {
  return arn.slice(arn.indexOf('targetgroup/'));
}
