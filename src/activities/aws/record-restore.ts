import type { Change } from '@aws-sdk/client-route-53';
import type { RecordChange, RecordSet, RestoreRequest, SavedRecord } from '../../contract/records';
import type { Deps } from '../clients';
import { refuseSeenDown } from '../host/instance';
import { editedFailure, planForEach, readRecordSets, sendChanges } from './record-change';
import { balancerOf, buildPair, isPairOrFold, leadsToLoadBalancer } from './record-pair';
import { areSameRecordSets, describeRecordSets, planReplacement, planUpserts, replaceAddresses } from './record-set';
import { editedRecord, editedRecordToEcs } from './texts';

/** Names that somebody else edited, each with what stands there. */
type Edits = Map<string, string>;

/**
 * Sends all traffic back to the host. Our weights may stand anywhere; a name
 * that is neither a pair nor a fold of ours is somebody's own and stays.
 * @throws HostNotRunning or HostGone, before anything has changed, where a host
 * does not run; RecordEdited, when the others are back, where such a name
 * still leads to the load balancer: without tasks it would answer nobody
 */
export async function restoreTraffic(deps: Deps, request: RestoreRequest): Promise<RecordChange> {
  const { hostedZone, records, hosts = [] } = request;
  for (const instanceId of hosts) await refuseSeenDown(deps, instanceId);
  const edits: Edits = new Map();
  const change = await sendChanges(deps, hostedZone, 'lgtm-migrate: back to the host', async () => {
    const pairs = await planForEach(records, (saved) => planPair(deps, request, saved, edits));
    const targets = await planForEach(listTargets(records), (target) => planAddresses(deps, request, target));
    return [...targets, ...pairs];
  });
  if (edits.size > 0) throw editedFailure(edits, 'point it to the host, then retry');
  return change;
}

/** The changes that bring one name to its pair with the host at 100. */
async function planPair(deps: Deps, request: RestoreRequest, saved: SavedRecord, edits: Edits): Promise<Change[]> {
  const { hostedZone } = request;
  const current = await readRecordSets(deps, hostedZone, saved.name);
  if (isPairOrFold(request, saved, current)) {
    const wanted = buildPair(request, saved, 0, request.addresses);
    const isThere = areSameRecordSets(current, wanted);
    return isThere ? planUpserts(wanted) : planReplacement(current, wanted);
  }
  if (current.some((set) => leadsToLoadBalancer(set, balancerOf(request, saved)))) {
    const found = describeRecordSets(current);
    const original = describeRecordSets([saved.original]);
    edits.set(saved.name, editedRecordToEcs(found, original));
  }
  return [];
}

/** The changes that give a name's target the host's new address. */
async function planAddresses(deps: Deps, request: RestoreRequest, target: RecordSet): Promise<Change[]> {
  const { hostedZone, addresses = {} } = request;
  if (Object.keys(addresses).length === 0) return [];
  const current = await readRecordSets(deps, hostedZone, target.name);
  const wanted = current.map((set) => replaceAddresses(set, addresses));
  return planReplacement(current, wanted);
}

/**
 * Makes each name and each target what it was before the migration.
 * @throws RecordEdited, when the rest is done, with
 * what somebody edited meanwhile and is left as it is
 */
export async function restoreRecords(deps: Deps, request: RestoreRequest): Promise<RecordChange> {
  const { hostedZone, records } = request;
  const edits: Edits = new Map();
  const planName = (saved: SavedRecord) => {
    const isOurs = (current: RecordSet[]) => isPairOrFold(request, saved, current);
    return planOriginal(deps, request, saved.original, isOurs, edits);
  };
  const planTarget = (target: RecordSet) => planOriginal(deps, request, target, () => false, edits);
  const change = await sendChanges(deps, hostedZone, 'lgtm-migrate: as before', async () => {
    const names = await planForEach(records, planName);
    const targets = await planForEach(listTargets(records), planTarget);
    return [...names, ...targets];
  });
  if (edits.size > 0) throw editedFailure(edits, 'put that back by hand');
  return change;
}

/** Names and targets that were given back and that somebody has edited since, each with what it reads and read before. */
export async function listEdits(deps: Deps, request: RestoreRequest): Promise<{ name: string; text: string }[]> {
  const { records } = request;
  const edits: Edits = new Map();
  const originals = [...records.map(({ original }) => original), ...listTargets(records)];
  for (const original of originals) await planOriginal(deps, request, original, () => false, edits);
  return [...edits].map(([name, text]) => ({
    name,
    text,
  }));
}

/**
 * The changes that make a record `original` again,
 * if it is ours or differs by our TTL alone.
 */
async function planOriginal(
  deps: Deps,
  { hostedZone, ttl, addresses = {} }: RestoreRequest,
  original: RecordSet,
  isOurs: (current: RecordSet[]) => boolean,
  edits: Edits,
): Promise<Change[]> {
  const wanted = replaceAddresses(original, addresses);
  const current = await readRecordSets(deps, hostedZone, original.name);
  if (areSameRecordSets(current, [wanted])) return [];
  const hasOurTtl = areSameRecordSets(current, [
    {
      ...wanted,
      ttl,
    },
  ]);
  if (hasOurTtl || isOurs(current)) return planReplacement(current, [wanted]);
  const text = editedRecord(describeRecordSets(current), describeRecordSets([original]));
  edits.set(original.name, text);
  return [];
}

/** What the names point to, each once: a batch may hold a name only once. */
function listTargets(records: SavedRecord[]): RecordSet[] {
  const targets = new Map<string, RecordSet>();
  for (const { target } of records) {
    if (target) targets.set(target.name, target);
  }
  return [...targets.values()];
}
