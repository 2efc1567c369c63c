import { describeRecordSets } from '../../aws/record-set';
/**
 * What preflight says of the records that move, and of ports whose clients do not move
 * with them.
 */
import type { Finding } from '../../../contract/findings';
import type { RecordSet } from '../../../contract/records';
import type { Plan } from '../../../plan/schema';

import { fail, pass, warn } from '../finding';

type PlanRecord = Plan['records'][number];

export function sayRecord(name: string, original: RecordSet, target?: RecordSet): Finding {
  const sentence = `${name} is ${describeRecordSets([original])}`;
  return pass('record', target ? `${sentence}, ${target.name} is ${describeRecordSets([target])}` : sentence);
}

export function sayRecordMoved(name: string): Finding {
  return pass('record', `${name} leads to ECS since an earlier run`);
}

/** The way out of what an earlier run has left. */
export const RECOVER = 'lgtm-migrate recover -f PLAN';

/** @param weight percent on ECS */
export function sayRecordStands(name: string, weight: number): Finding {
  return fail(
    'record',
    `${name} is a pair of an earlier run of this stack, with ${weight} % on ECS`,
    `abort what waits here, then ${RECOVER} takes it back`,
  );
}

export function sayNoRecord(name: string, zone: string): Finding {
  return fail(
    'record',
    `there is no record ${name} in ${zone}`,
    'create it as it should be while the host serves, or correct records',
  );
}

export function sayRecordIsAnothers(name: string, mark: string): Finding {
  return fail(
    'record',
    `${name} carries the mark of another migration, ${mark}`,
    'let that one end or roll back first',
  );
}

/** @param policies of the records, as Route 53 calls them */
export function sayRecordNotSimple(name: string, sets: RecordSet[], policies: string[]): Finding {
  const hasIpv6 = sets.some(({ type }) => type === 'AAAA');
  const kind = policies.length > 0 ? ` (${policies.join(', ')})` : '';
  return fail(
    'record',
    `${name} is not one simple record: ${describeRecordSets(sets)}${kind}`,
    hasIpv6
      ? 'remove the AAAA record: the load balancer has none, and whoever asks for it gets no weight'
      : 'fold it into one simple A or CNAME record: Route 53 takes no weighted pair beside it',
  );
}

/** @param led what of it leads away */
export function sayRecordLedAway(name: string, type: string, led: string): Finding {
  return fail(
    'record',
    `${name} has a record of type ${type} too, by which browsers go to ${led} whatever the weights are`,
    `take ${led} out of it, or remove it until the migration is over`,
  );
}

/** @param followers names that lead to it by a CNAME or an alias */
export function sayFollower({ name, to }: Pick<PlanRecord, 'name' | 'to'>, followers: string[]): Finding {
  const names = followers.join(', ');
  const come = followers.length === 1 ? `${names} follows` : `${names} follow`;
  if (to === 'ingest')
    return warn(
      'record',
      `${come} ${name} to the ingest, which serves senders alone`,
      `where users open them, give them the host's address, and add them to records with their service`,
    );
  return fail(
    'record',
    `${come} ${name} to the load balancer, which has no rule for such a request and answers 503`,
    "add them to records with their service, or give them the host's address and move them yourself",
  );
}

export function sayRecordOnlyIpv6(name: string): Finding {
  return fail('record', `${name} has only an AAAA record`, 'give it an A record');
}

export function sayRecordIsAlias(name: string, target: string): Finding {
  const finished = 'if it leads to ECS already there is nothing to move';
  return fail(
    'record',
    `${name} is an alias to ${target}`,
    `make it an A record or a CNAME of the host that serves; ${finished}`,
  );
}

export function sayRecordLeavesZone(name: string, target: string, zone: string): Finding {
  return fail(
    'record',
    `${name} is a CNAME to ${target}, outside ${zone}`,
    'point it to a name in this zone, with an A record',
  );
}

export function sayRecordTargetNotSimple(name: string, target: string, sets: RecordSet[]): Finding {
  return fail(
    'record',
    `${name} is a CNAME to ${target}, which is ${describeRecordSets(sets)}`,
    'point it to a name with one simple A record in this zone',
  );
}

export function sayAddressUnknown(name: string, ip: string): Finding {
  return fail(
    'record address',
    `${name} leads to ${ip}, which is not one of the plan's hosts`,
    'correct source.instances, or the record',
  );
}

export function sayAddressGoes(name: string, ip: string, instanceId: string): Finding {
  const follow = 'set source.follow: instance; then a rollback writes the new address';
  return fail(
    'record address',
    `${name} leads to ${ip}, which ${instanceId} loses when it stops`,
    `give the host an Elastic IP, or ${follow}`,
  );
}

export function sayPortUnserved({ name, protocol, port }: PlanRecord): Finding {
  return fail(
    'record port',
    `clients of ${name} use ${protocol} ${port}, the load balancer serves HTTPS 443 only`,
    `move them to https://${name}, or take the name out of records`,
  );
}

export function sayHostWithoutHttps(names: string[]): Finding {
  return fail(
    'record port',
    `the host does not serve HTTPS 443, so clients of ${names.join(', ')} use something else`,
    'declare protocol and port of each record as clients use them',
  );
}

/** @param ports each with its container */
export function sayOtherPorts(ports: string[]): Finding {
  return warn(
    'ports',
    `the host also publishes ${ports.join(', ')}`,
    'clients of these ports do not move with the records; point them to the new names before the hosts stop',
  );
}
