/** What preflight says of whom a Grafana calls and what it watches. */
import type { Finding } from '../../../contract/findings';
import { fail, warn } from '../finding';
import type { Called } from '../grafana-settings';

const list = (called: Called[]): string => called.map(({ as, host }) => `${host} (${as})`).join(', ');

export function sayCalledOnHost(instanceId: string, called: Called[]): Finding {
  const why = 'what that means is known on the host alone, and a task reaches nothing by it';
  return fail(
    'grafana/local',
    `Grafana on ${instanceId} calls ${list(called)}: ${why}`,
    'give it a name that the VPC answers and set that on the host first; or accept grafana/local, where the plan says it otherwise',
  );
}

export function sayCalled(instanceId: string, called: Called[], vpcId: string): Finding {
  return warn(
    'grafana/calls',
    `Grafana on ${instanceId} calls ${list(called)}: on ECS they see a task's address, or a NAT gateway's where they are outside the VPC`,
    `where they admit the host by its address, admit those too: aws ec2 describe-nat-gateways --filter Name=vpc-id,Values=${vpcId}`,
  );
}

/** @param check `grafana/watches` @param count of all, as far as it is known */
export function sayWatching(check: string, instanceId: string, titles: string[], count: number): Finding {
  const more = count > titles.length ? ', and more' : '';
  return warn(
    check,
    `alert rules on ${instanceId} ask whether something is up or absent (${titles.join(', ')}${more}): ` +
      'those about the host fire when it stops',
    'look through them, and silence or change them before the stop is approved',
  );
}
