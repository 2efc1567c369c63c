import type { Finding } from '../../contract/findings';
import { zoneOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { isWithin, listParents } from '../../plan/zone';
import { describeHostedZone, type HostedZone } from '../aws/hosted-zone';
import { listRecordSets } from '../aws/record-change';
import { normaliseName } from '../aws/record-set';
import type { Deps } from '../clients';
import { askServers, asksPublicly, type DnsAnswer } from '../dns';
import { orNothing } from '../absence';
import { findFollowers } from './followers';
import type { Look } from './finding';
import { lookAtPrivateZones } from './private-zones';
import { findingsOf, unlessDenied } from './reading';
import {
  sayDelegated,
  sayDelegationUnknown,
  sayGivenAway,
  sayNotAskedInside,
  sayNotDelegated,
  sayPartlyDelegated,
} from './texts/zones';

/** The zones of the plan's records that there are, by id. */
export type Zones = Map<string, HostedZone>;

/** What the zones are held against. */
interface Surroundings {
  zones: Zones;
  /** of the tasks; empty where there is none */
  vpcId: string;
  vpcsOfHosts: string[];
}

/** A private zone's name servers, which nobody can ask: whoever is answered so asks inside a VPC. */
const UNASKABLE = 'ns-0.awsdns-00.com';

export async function findZones(deps: Deps, plan: Plan): Promise<Zones> {
  const ids = new Set([plan.hostedZone, ...plan.records.map((record) => zoneOf(plan, record))]);
  const zones = await Promise.all([...ids].map((id) => orNothing(describeHostedZone(deps, id), 'NoSuchHostedZone')));
  return new Map(zones.flatMap((zone) => (zone ? [[zone.id, zone] as const] : [])));
}

/** Whether anybody is answered by the zones of the records that move. */
export async function lookAtZones(deps: Deps, plan: Plan, { zones, vpcId, vpcsOfHosts }: Surroundings): Promise<Look> {
  const findings: Finding[] = [];
  for (const [id, zone] of zones) {
    const names = plan.records.filter((record) => zoneOf(plan, record) === id).map(({ name }) => name);
    if (names.length === 0) continue;
    findings.push(...(await findFollowers(deps, plan, zone)));
    if (zone.isPrivate) {
      const isAsked = vpcId === '' || zone.vpcs.includes(vpcId);
      if (!isAsked) findings.push(sayNotAskedInside(zone, vpcId, plan.region));
      continue;
    }
    const own = await unlessDenied(listOwnServers(deps, zone));
    const answer = await askServers(deps, zone.name);
    if (own)
      findings.push(
        judgeDelegation(zone, answer, {
          own,
          isPublic: asksPublicly(deps),
        }),
      );
    for (const name of names) findings.push(...(await findingsOf(findCuts(deps, zone, name))));
  }
  const shadows = await unlessDenied(lookAtPrivateZones(deps, plan, [...new Set([vpcId, ...vpcsOfHosts])]));
  return {
    findings: [...findings, ...(shadows?.findings ?? [])],
  };
}

/** What else decides whether public DNS comes to a zone. */
interface Surely {
  /** servers in the zone's own NS record: names of the team's for those that AWS gave it ("white-label") */
  own: string[];
  /** PUBLIC_RESOLVER is asked, and no private zone answers */
  isPublic: boolean;
}

/** Whether public DNS comes to this zone, and not to another one of the same name. */
export function judgeDelegation(zone: HostedZone, answer: DnsAnswer, { own, isPublic }: Surely): Finding {
  if ('unknown' in answer) return sayDelegationUnknown(zone, answer.unknown);
  const servers = answer.values.map(normaliseName);
  const isAnsweredInside = servers.length === 0 && !isPublic;
  if (servers.includes(UNASKABLE) || isAnsweredInside)
    return sayDelegationUnknown(zone, 'the worker may ask inside a VPC, where a private zone answers');
  const strangers = servers.filter((server) => ![...zone.servers, ...own].includes(server));
  if (strangers.length === servers.length) return sayNotDelegated(zone, servers);
  return strangers.length > 0 ? sayPartlyDelegated(zone, strangers) : sayDelegated(zone);
}

async function listOwnServers(deps: Deps, { id, name }: HostedZone): Promise<string[]> {
  const sets = await listRecordSets(deps, id, name);
  const servers = sets.filter(({ Type }) => Type === 'NS').flatMap(({ ResourceRecords = [] }) => ResourceRecords);
  return servers.map(({ Value }) => normaliseName(Value!));
}

/** NS records by which the zone gives a name, or a parent of it, away: its own record of the name is asked by nobody. */
async function findCuts(deps: Deps, zone: HostedZone, name: string): Promise<Finding[]> {
  const parents = [name, ...listParents(name)].filter((parent) => parent !== zone.name && isWithin(zone.name, parent));
  const sets = await Promise.all(parents.map((parent) => listRecordSets(deps, zone.id, parent)));
  const cuts = sets.flat().filter(({ Type }) => Type === 'NS');
  return cuts.map((cut) => sayGivenAway(name, zone, normaliseName(cut.Name!), cut.ResourceRecords ?? []));
}
