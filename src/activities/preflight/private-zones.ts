import { ListHostedZonesByVPCCommand, type HostedZoneSummary, type VPCRegion } from '@aws-sdk/client-route-53';
import type { Finding } from '../../contract/findings';
import { zoneOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { isWithin, listParents } from '../../plan/zone';
import { isLeading, listRecordSets, readRecordSets } from '../aws/record-change';
import { normaliseName, parseRecordSet } from '../aws/record-set';
import type { Deps } from '../clients';
import type { Look } from './finding';
import { sayAnsweredByWildcard, sayAnsweredInside, sayMissingInside } from './texts/zones';

/** A private zone of the VPC. */
interface Zone {
  id: string;
  name: string;
}

/**
 * Private zones of the VPCs of tasks and hosts that answer for a moving name and do not move with it: who asks inside gets what they say,
 * whatever weight the name has elsewhere. Of several the one with the longest name answers, and one without the record
 * answers that there is none.
 * Source: AWS, "Considerations when working with a private hosted zone".
 */
export async function lookAtPrivateZones(deps: Deps, plan: Plan, vpcs: string[]): Promise<Look> {
  const findings: Finding[] = [];
  for (const vpc of vpcs.filter((id) => id !== '')) {
    const zones = await listZones(deps, plan.region, vpc);
    for (const name of new Set(plan.records.map((record) => record.name))) {
      const zone = findAnswering(zones, name);
      if (zone && !moves(plan, name, zone)) findings.push(await judgeInside(deps, zone, name, vpc));
    }
  }
  return { findings };
}

/** What a private zone says of a name: by its own record, by a wildcard, or that there is none. */
async function judgeInside(deps: Deps, zone: Zone, name: string, vpc: string): Promise<Finding> {
  const own = await listRecordSets(deps, zone.id, name);
  const sets = own.map(parseRecordSet).filter(isLeading);
  if (sets.length > 0) return sayAnsweredInside(name, vpc, zone, sets);
  if (own.length > 0) return sayMissingInside(name, vpc, zone);
  for (const parent of listParents(name)) {
    const wildcard = await readRecordSets(deps, zone.id, `*.${parent}`);
    if (wildcard.length > 0) return sayAnsweredByWildcard(name, vpc, zone, wildcard);
    if (parent === zone.name) break;
  }
  return sayMissingInside(name, vpc, zone);
}

const moves = (plan: Plan, name: string, { id }: Zone): boolean =>
  plan.records.some((record) => record.name === name && zoneOf(plan, record) === id);

/** All private zones of a VPC. */
export async function listZones(deps: Deps, region: string, VPCId: string): Promise<Zone[]> {
  const zones: HostedZoneSummary[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListHostedZonesByVPCCommand({
      VPCId,
      VPCRegion: region as VPCRegion,
      NextToken,
    });
    const page = await deps.clients.route53.send(command);
    zones.push(...(page.HostedZoneSummaries ?? []));
    ({ NextToken } = page);
  } while (NextToken);
  return zones.map(({ HostedZoneId, Name }) => ({
    id: HostedZoneId!,
    name: normaliseName(Name!),
  }));
}

function findAnswering(zones: Zone[], record: string): Zone | undefined {
  const answering = zones.filter(({ name }) => isWithin(name, record));
  return answering.sort((one, other) => other.name.length - one.name.length)[0];
}
