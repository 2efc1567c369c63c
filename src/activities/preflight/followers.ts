import {
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
} from '@aws-sdk/client-route-53';
import type { Finding } from '../../contract/findings';
import type { RecordSet } from '../../contract/records';
import { zoneOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import type { HostedZone } from '../aws/hosted-zone';
import { isLeading } from '../aws/record-change';
import { normaliseName, parseRecordSet } from '../aws/record-set';
import type { Deps } from '../clients';
import { sayFollower } from './texts/records';

/** Names of a zone that follow a moving one and are none of the plan's: their users come along, and no rule is theirs. */
export async function findFollowers(deps: Deps, plan: Plan, zone: HostedZone): Promise<Finding[]> {
  const records = plan.records.filter((record) => zoneOf(plan, record) === zone.id);
  const known = records.map(({ name }) => name);
  const sets = (await listZone(deps, zone)).filter(({ name }) => !known.includes(name));
  return records.flatMap((record) => {
    const followers = listFollowers(sets, record.name);
    return followers.length > 0 ? [sayFollower(record, followers)] : [];
  });
}

/** Page by page, each from the record that the one before names. */
async function listZone({ clients }: Deps, { id }: HostedZone): Promise<RecordSet[]> {
  const sets: RecordSet[] = [];
  let next: ListResourceRecordSetsCommandInput | undefined = { HostedZoneId: id };
  while (next) {
    const page: ListResourceRecordSetsCommandOutput = await clients.route53.send(
      new ListResourceRecordSetsCommand(next),
    );
    sets.push(...(page.ResourceRecordSets ?? []).map(parseRecordSet));
    next = page.IsTruncated ? findNext(id, page) : undefined;
  }
  return sets.filter(isLeading);
}

const findNext = (HostedZoneId: string, page: ListResourceRecordSetsCommandOutput) => ({
  HostedZoneId,
  StartRecordName: page.NextRecordName,
  StartRecordType: page.NextRecordType,
  StartRecordIdentifier: page.NextRecordIdentifier,
});

/** Each once, also those that follow a follower. */
function listFollowers(sets: RecordSet[], name: string): string[] {
  const found = new Set([name]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const set of sets) if (listTargets(set).some((target) => found.has(target))) found.add(set.name);
  }
  found.delete(name);
  return [...found];
}

function listTargets({ type, values = [], alias }: RecordSet): string[] {
  if (alias) return [alias.dnsName];
  return type === 'CNAME' ? values.map(normaliseName) : [];
}
