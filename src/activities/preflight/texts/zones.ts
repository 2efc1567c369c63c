/** What preflight says of who answers for the names that move. */
import type { ResourceRecord } from '@aws-sdk/client-route-53';
import type { Finding } from '../../../contract/findings';
import type { RecordSet } from '../../../contract/records';
import type { HostedZone } from '../../aws/hosted-zone';
import { describeRecordSets } from '../../aws/record-set';
import { fail, pass, warn } from '../finding';

type Zone = Pick<HostedZone, 'id' | 'name'>;

export function sayAnsweredInside(name: string, vpc: string, { id }: Zone, sets: RecordSet[]): Finding {
  return warn(
    'zone',
    `inside ${vpc} ${name} is answered by the private zone ${id}, ${describeRecordSets(sets)}: those clients do not move`,
    `add it to records with zone: ${id}, so that it moves too, or change it there before the hosts stop`,
  );
}

/** @param sets of the wildcard */
export function sayAnsweredByWildcard(name: string, vpc: string, { id }: Zone, sets: RecordSet[]): Finding {
  const wildcard = `${sets[0]!.name} of the private zone ${id}, ${describeRecordSets(sets)}`;
  return warn(
    'zone',
    `inside ${vpc} ${name} is answered by ${wildcard}: those clients do not move`,
    `make a record of its own there, as it is now, and add it to records with zone: ${id}, so that it moves too`,
  );
}

export function sayMissingInside(name: string, vpc: string, { id, name: zone }: Zone): Finding {
  return warn(
    'zone',
    `inside ${vpc} there is no ${name}: the private zone ${id} answers for all of ${zone} and does not have it`,
    'whoever shall reach it from there needs it in that zone',
  );
}

export function sayNoZone(id: string, names: string[]): Finding {
  const ofNames = names.length > 0 ? `, that ${names.join(', ')} would be in` : '';
  const wayOut = 'correct hostedZone or records[].zone; see aws route53 list-hosted-zones';
  return fail('zone', `there is no hosted zone ${id}${ofNames}`, wayOut);
}

export function sayOutsideZone(name: string, { id, name: zone }: Zone): Finding {
  return fail(
    'record',
    `${name} can't be in ${id}, which is the hosted zone of ${zone}`,
    'give the record its zone; see aws route53 list-hosted-zones',
  );
}

export function sayNotAskedInside({ id, name }: Zone, vpc: string, region: string): Finding {
  const association = `--hosted-zone-id ${id} --vpc VPCRegion=${region},VPCId=${vpc}`;
  return fail(
    'zone',
    `the private zone ${id} of ${name} is not asked in ${vpc}: what it answers there can't be seen`,
    `aws route53 associate-vpc-with-hosted-zone ${association}, or take its records out of records`,
  );
}

export function sayDelegated({ id, name }: Zone): Finding {
  return pass('zone', `public DNS asks ${id} for ${name}`);
}

export function sayNotDelegated({ id, name, servers }: HostedZone, found: string[]): Finding {
  const others = found.length > 0 ? `it asks ${found.join(', ')}` : `nobody delegates ${name}`;
  return fail(
    'zone',
    `${id} answers nobody: public DNS does not ask its name servers for ${name}, ${others}`,
    `take the zone that is asked (aws route53 list-hosted-zones), or delegate ${name} to ${servers.join(', ')}`,
  );
}

export function sayPartlyDelegated({ id, name }: Zone, strangers: string[]): Finding {
  return warn(
    'zone',
    `public DNS asks ${strangers.join(', ')} for ${name} too, beside the name servers of ${id}: whoever comes there does not move`,
    'take them out of the NS records of the domain, or see that they answer as this zone does',
  );
}

export function sayDelegationUnknown({ id, name }: Zone, why: string): Finding {
  return warn(
    'zone',
    `whether public DNS asks ${id} for ${name} is not known: ${why}`,
    `compare dig NS ${name} with aws route53 get-hosted-zone --id ${id}; PUBLIC_RESOLVER names a resolver to ask`,
  );
}

export function sayGivenAway(name: string, { id }: Zone, cut: string, servers: ResourceRecord[]): Finding {
  const others = servers.map(({ Value }) => Value).join(', ');
  return fail(
    'zone',
    `${id} gives ${cut} away to ${others}: its own record of ${name} is asked by nobody`,
    `set records[].zone to the hosted zone of ${cut}`,
  );
}
