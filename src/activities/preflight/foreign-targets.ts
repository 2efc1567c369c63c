import {
  DescribeTargetHealthCommand,
  type TargetDescription,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import { orNothing } from '../absence';
import type { Deps } from '../clients';
import { findTaskAddresses } from '../probe/probe';
import { sayForeignTargets } from './texts/network';

/** Leaves soon, whosesoever it is. */
const DRAINING = 'draining';

/**
 * Targets of an adopted group that are no tasks of its service: each takes its share of what comes to it.
 * @param service whose group it shall be
 */
export async function findForeignTargets(
  deps: Deps,
  { cluster }: Plan,
  service: string,
  { TargetGroupArn, TargetGroupName }: TargetGroup,
): Promise<Finding[]> {
  const { TargetHealthDescriptions = [] } = await deps.clients.elb.send(
    new DescribeTargetHealthCommand({ TargetGroupArn }),
  );
  const staying = TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State !== DRAINING);
  const targets = staying.flatMap(({ Target }) => Target ?? []);
  if (targets.length === 0) return [];
  const own = await listTaskAddresses(deps, cluster, service);
  const foreign = targets.filter(({ Id }) => !own.includes(Id!));
  return foreign.length > 0
    ? [sayForeignTargets(TargetGroupName!, TargetGroupArn!, service, foreign.map(describeTarget))]
    : [];
}

/** None where the cluster or the service is still to be made. */
async function listTaskAddresses(deps: Deps, cluster: string, service: string): Promise<string[]> {
  const asking = findTaskAddresses(deps, cluster, service);
  return (await orNothing(asking, 'ClusterNotFound', 'ServiceNotFound')) ?? [];
}

const describeTarget = ({ Id, Port }: TargetDescription): string => `Id=${Id},Port=${Port}`;
