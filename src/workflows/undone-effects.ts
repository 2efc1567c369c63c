import type { ActivityName, InputOf } from '../contract/activities';
import type { Undo, UndoVerb } from '../contract/undos';
import { waitForEffects, type Effect } from './engine/activities';

const RECORD_CHANGES: ActivityName[] = ['lowerTtl', 'createPair', 'setWeight', 'foldPair'];
const ROLES: ActivityName[] = ['ensureTaskRole', 'ensureExecutionRole'];
const SECURITY_GROUPS: ActivityName[] = [
  'ensureLoadBalancerSecurityGroup',
  'ensureIngestSecurityGroup',
  'ensureTaskSecurityGroup',
];
/** A probe makes its task definition by itself. */
const PROBES: ActivityName[] = [
  'checkRings',
  'checkStorage',
  'checkReach',
  'checkPrivateAnswers',
  'readFirstSamples',
  'readWriting',
  'proveWriting',
  'measureUnflushed',
  'countReceived',
  'watchSignals',
];

/** The effects that an undo takes back: one that overtook them would find nothing to take back. */
const EFFECTS: Record<UndoVerb, ActivityName[]> = {
  startHost: ['stopStack', 'stopInstance'],
  startCompactors: [],
  restoreTraffic: RECORD_CHANGES,
  restoreRecords: RECORD_CHANGES,
  unfoldPair: RECORD_CHANGES,
  awaitSenders: [],
  restoreService: ['ensureService', 'scaleService', 'updateService'],
  revertService: ['scaleService'],
  listGrafanaEdits: ['copyGrafana'],
  tellUnlistedEdits: [],
  unlockGrafana: ['lockGrafana', 'copyGrafana'],
  removeRepository: ['ensureRepository', 'buildImage'],
  removeSecret: ['ensureSecret'],
  removeRole: ROLES,
  removeRolePolicy: ROLES,
  removeSecurityGroup: SECURITY_GROUPS,
  removeSecurityGroupRules: SECURITY_GROUPS,
  removeLogGroup: ['ensureLogGroup'],
  removeCluster: ['ensureCluster'],
  removeNamespace: ['ensureNamespace'],
  removeDiscoveryService: ['ensureDiscoveryService'],
  removeLoadBalancer: ['ensureLoadBalancer', 'ensureListener', 'ensureIngestBalancer', 'ensureIngestListener'],
  removeTargetGroup: ['ensureTargetGroup', 'ensureIngestGroup'],
  removeListenerRule: ['ensureListenerRule'],
  removeIngestListener: ['ensureIngestListener'],
  removeTaskDefinition: ['ensureTaskDefinition', ...PROBES],
  removeService: ['ensureService', 'scaleService'],
};

/** What tells two effects of one kind apart. */
const SUBJECTS = ['service', 'instanceId', 'family', 'host', 'name', 'hostedZone'];

/** Waits for what an undo takes back, where that is still under way, and for nothing else. */
export function waitForEffectsOf({ verb, input }: Undo): Promise<void> {
  return waitForEffects(
    (effect) => EFFECTS[verb].includes(effect.name) && isOfSame(input, effect) && !asksNobody(effect),
  );
}

/** A watch without probes goes on until everything is taken back. */
function asksNobody({ name, input }: Effect): boolean {
  return name === 'watchSignals' && (input as InputOf<'watchSignals'>).asking === undefined;
}

/** What one of both does not say is no difference. */
function isOfSame(undone: object, effect: Effect): boolean {
  const [own, other] = [undone, effect.input] as Record<string, unknown>[];
  return SUBJECTS.every((key) => own![key] === undefined || other![key] === undefined || own![key] === other![key]);
}
