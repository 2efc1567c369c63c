import type { InputOf } from './activities';
import type { GrafanaRequest } from './grafana';
import type { HostHealthRequest } from './hosts';
import type { PairRequest, RestoreRequest } from './records';
import type { SendersBack } from './senders';

/** The order of the way back, and why: users never lose a working side. */
export const STAGES = {
  host: 'the old side must answer before anyone is sent there',
  ingestion: 'what still comes to the new side is written to the old one too, before users read there',
  traffic: 'users go back before anything they use is stopped',
  duties: 'the new side ceases to compact and to notify, once nobody needs it: the old one does both since it started',
  compaction: 'what only compacts on the old side starts once the new one has ceased to',
  scale: 'only now nobody needs the new side',
  senders: 'what sent to the new side sends to the old one again, once nothing takes it there',
  data: 'what was written on the new side is listed when nobody can add to it; then the old side takes writes again',
  record: 'the record as it was before',
  restore: 'what was changed in the account without being created',
  cleanup: 'what was created, if the plan wants it deleted',
} as const;
export type Stage = keyof typeof STAGES;

/** Activities that take one effect back by themselves. */
export const REMOVALS = [
  'removeRepository',
  'removeSecret',
  'removeRole',
  'removeRolePolicy',
  'removeSecurityGroup',
  'removeSecurityGroupRules',
  'removeLogGroup',
  'removeCluster',
  'removeNamespace',
  'removeDiscoveryService',
  'removeLoadBalancer',
  'removeTargetGroup',
  'removeListenerRule',
  'removeIngestListener',
  'removeTaskDefinition',
  'removeService',
  'unlockGrafana',
] as const;
export type Removal = (typeof REMOVALS)[number];

/** A service as it was before this run; a count of 0 stops it. */
export interface RestoreServiceInput {
  cluster: string;
  service: string;
  count: number;
  taskDefinition?: string;
  timeoutMs: number;
}

/** A service back to the task definition it was deployed with. */
export interface RevertServiceInput extends RestoreServiceInput {
  taskDefinition: string;
  /** what it does without from then on, in words */
  mode: string;
  /** what can't run like that is stopped: a host that waits for a broken service is no way back */
  orStop: boolean;
}

export interface StartHostInput extends HostHealthRequest {
  /** its public address before it was stopped */
  publicIp?: string;
  /** services that do nothing but compact: an undo of their own starts them */
  compactors?: string[];
}

/** What each verb of an undo needs to know: JSON, so that a query can give the ledger away. */
export type UndoInputs = { [N in Removal]: InputOf<N> } & {
  restoreService: RestoreServiceInput;
  revertService: RevertServiceInput;
  startHost: StartHostInput;
  startCompactors: HostHealthRequest;
  restoreTraffic: RestoreRequest;
  restoreRecords: PairRequest;
  unfoldPair: PairRequest;
  awaitSenders: SendersBack;
  listGrafanaEdits: GrafanaRequest;
  /** edits in a database of somebody's own, where we can't look */
  tellUnlistedEdits: { database: string };
};
export type UndoVerb = keyof UndoInputs;

/** Verbs that are more than one activity. */
const COMPOSED: Record<Exclude<UndoVerb, Removal>, true> = {
  restoreService: true,
  revertService: true,
  startHost: true,
  startCompactors: true,
  restoreTraffic: true,
  restoreRecords: true,
  unfoldPair: true,
  awaitSenders: true,
  listGrafanaEdits: true,
  tellUnlistedEdits: true,
};
export const UNDO_VERBS: string[] = [...REMOVALS, ...Object.keys(COMPOSED)];

/**
 * The compensation of one effect. It is written down before the effect, is idempotent, and takes back only what this
 * run did. `id` is what it does in an operator's words, and unique: the same effect, written down twice, has one undo.
 */
export type Undo = {
  [V in UndoVerb]: {
    id: string;
    stage: Stage;
    verb: V;
    input: UndoInputs[V];
  };
}[UndoVerb];
