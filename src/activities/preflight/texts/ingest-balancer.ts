/** What preflight says of what has the names of the ingest already and was made by somebody else. */
import type { TargetGroup, TargetGroupAttribute } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding } from '../../../contract/findings';
import type { IngestPort } from '../../../plan/ingest';
import { fail, pass, warn } from '../finding';

const CHECK = 'ingest';
const OTHER_NAME = 'set ingest.name to a free one';

/** @param problem what it is and should not be */
export function sayOtherBalancer(name: string, problem: string): Finding {
  return fail(CHECK, `load balancer ${name} ${problem}`, OTHER_NAME);
}

export function sayIngestAdopted(name: string): Finding {
  return pass(CHECK, `load balancer ${name} is adopted`);
}

/** @param groups names of those that it has */
export function sayIngestGroups(name: string, arn: string, groups: string[], wanted: string): Finding {
  const [group = 'its group'] = groups;
  return fail(
    CHECK,
    `load balancer ${name} has security group ${groups.join(', ')}, and tasks let in ${wanted} alone`,
    `set ingest.securityGroup to ${group}: what it lacks is added, and taken off on the way back; or give it ` +
      `${wanted} (aws elbv2 set-security-groups --load-balancer-arn ${arn} --security-groups), or ${OTHER_NAME}`,
  );
}

/** @param wanted the attribute as the run would set it */
export function sayNotAcrossZones(name: string, arn: string, wanted: { Key: string; Value: string }): Finding {
  const command = `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${arn}`;
  return warn(
    CHECK,
    `load balancer ${name} keeps each zone to itself: who has the address of a zone without a task is refused`,
    `${command} --attributes Key=${wanted.Key},Value=${wanted.Value}`,
  );
}

export function sayPortLeadsElsewhere(
  { port, protocol }: IngestPort,
  found: string | undefined,
  group: string | undefined,
): Finding {
  return fail(
    CHECK,
    `port ${port}/${protocol} of the ingest speaks ${found} and leads to ${group ?? 'no target group'}`,
    `delete that listener, or ${OTHER_NAME}`,
  );
}

/** @param problem what it is and should not be */
export function sayOtherGroup(name: string, problem: string): Finding {
  return fail(CHECK, `target group ${name} ${problem}`, `delete it, or ${OTHER_NAME}`);
}

/** Where a service says over HTTP whether it is ready. */
interface Ready {
  service: string;
  port: number;
  path: string;
}

export function sayGroupAsksElsewhere(found: TargetGroup, { service, port, path }: Ready): Finding {
  const { TargetGroupName, TargetGroupArn, HealthCheckProtocol, HealthCheckPort, HealthCheckPath = '' } = found;
  const command = `aws elbv2 modify-target-group --target-group-arn ${TargetGroupArn}`;
  return fail(
    CHECK,
    `target group ${TargetGroupName} asks ${HealthCheckProtocol} ${HealthCheckPort}${HealthCheckPath} for health, ` +
      `and ${service} says at HTTP ${port}${path} that it is ready`,
    `${command} --health-check-protocol HTTP --health-check-port ${port} --health-check-path ${path}; or delete it`,
  );
}

/** @param wanted the attributes that differ, as the run would set them */
export function sayGroupSetOtherwise(
  { TargetGroupName, TargetGroupArn }: TargetGroup,
  wanted: TargetGroupAttribute[],
): Finding {
  const names = wanted.map(({ Key, Value }) => `${Key} ${Value}`);
  const command = `aws elbv2 modify-target-group-attributes --target-group-arn ${TargetGroupArn} --attributes`;
  return fail(
    CHECK,
    `target group ${TargetGroupName} is adopted, and senders need of it ${names.join(', ')}`,
    `${command} ${wanted.map(({ Key, Value }) => `Key=${Key},Value=${Value}`).join(' ')}`,
  );
}
