import { ListHostedZonesByVPCCommand, type HostedZoneSummary, type VPCRegion } from '@aws-sdk/client-route-53';
import type { Finding, Network } from '../../contract/findings';
import { zoneOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { isWithin } from '../../plan/zone';
import { readRecordSets } from '../aws/record-change';
import { normaliseName } from '../aws/record-set';
import type { Deps } from '../clients';
import type { Look } from './finding';
import { sayAnsweredInside, sayMissingInside } from './texts/zones';

/** A private zone of the VPC. */
interface Zone {
  id: string;
  name: string;
}

/**
 * Private zones of the VPC that answer for a moving name and do not move with it: who asks inside gets what they say,
 * whatever weight the name has elsewhere. Of several the one with the longest name answers, and one without the record
 * answers that there is none.
 * Source: AWS, "Considerations when working with a private hosted zone".
 */
export async function lookAtPrivateZones(deps: Deps, plan: Plan, { vpcId }: Network): Promise<Look> {
  if (vpcId === '')
    return {
      findings: [],
    };
  const zones = await listZones(deps, plan.region, vpcId);
  const findings: Finding[] = [];
  for (const name of new Set(plan.records.map((record) => record.name))) {
    const zone = findAnswering(zones, name);
    if (!zone || moves(plan, name, zone)) continue;
    const sets = await readRecordSets(deps, zone.id, name);
    findings.push(sets.length > 0 ? sayAnsweredInside(name, vpcId, zone, sets) : sayMissingInside(name, vpcId, zone));
  }
  return {
    findings,
  };
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
