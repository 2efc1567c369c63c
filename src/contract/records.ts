import type { AttemptsOf } from './attempts';
import type { ProbeRequest } from './probes';

/** A record set as Route 53 holds it; enough to write it again byte for byte. */
export interface RecordSet {
  name: string;
  type: 'A' | 'AAAA' | 'CNAME';
  /** seconds */
  ttl?: number;
  values?: string[];
  alias?: {
    hostedZoneId: string;
    dnsName: string;
    evaluateTargetHealth: boolean;
  };
  setIdentifier?: string;
  weight?: number;
  healthCheckId?: string;
}

/** One moving name as it was found; `target` is the A record that a CNAME points to. */
export interface SavedRecord {
  name: string;
  /** the hosted zone that has it; absent: the plan's */
  zone?: string;
  /** it is answered inside VPCs alone */
  isPrivate?: true;
  original: RecordSet;
  target?: RecordSet;
  /**
   * An earlier run moved it wholly to ECS: `fold`, the ECS record alone; `pair`, our pair at 100 %, with the rest
   * derived from it.
   */
  moved?: 'pair' | 'fold';
  /** senders come by it, and it leads to the ingest */
  to?: 'ingest';
  /** of the host: a CNAME to a name that moves too leaves it first, since its clients would go along */
  addresses?: string[];
}

/** What an alias of ECS's side leads to. */
interface AliasTarget {
  dnsName: string;
  hostedZoneId: string;
}

/** Both sides of every moving name of a hosted zone: what a step's weight is written to. */
export interface PairRequest {
  hostedZone: string;
  /** seconds */
  ttl: number;
  /** the plan's name: stands in the SetIdentifiers `lgtm-migrate:<name>:host|ecs` */
  name: string;
  records: SavedRecord[];
  loadBalancer: AliasTarget;
  /** where senders' names lead */
  ingest?: AliasTarget;
  /** names whose ECS side answers whatever Route 53 thinks of the balancer's health */
  unevaluated?: string[];
}

/** A pair of which each name has to answer with a side that may serve. */
export interface AnsweringPair extends PairRequest {
  /** percent on ECS; at 100 the host's answer is wrong */
  to: number;
}

/** A pair, and what a way back knows of the hosts that it leads to. */
export interface RestoreRequest extends PairRequest {
  /** public addresses that changed since it was saved: old → new */
  addresses?: Record<string, string>;
  /** ids of those that have to run before users are sent there */
  hosts?: string[];
}

export interface WeightRequest extends PairRequest {
  /** percent on ECS */
  from: number;
  to: number;
  /** names that stand elsewhere than at `from` */
  stood?: Record<string, number>;
}

/** A change of Route 53; without an id nothing had to be changed. */
export interface RecordChange {
  changeId?: string;
}

/** What names answer that is neither side of their pair, in words; `unknown`: why that could not be told of some. */
export interface AnswerCheck {
  problems: string[];
  unknown: string[];
}

/**
 * The records of the moving names of one hosted zone. Every verb reads, compares with what may be there, and changes all
 * names in one batch.
 */
export interface RecordActivities {
  /** lowers the TTL of the records and of what they point to; `waitSeconds`: the longest old TTL */
  lowerTtl(input: Pick<PairRequest, 'hostedZone' | 'ttl' | 'records'>): Promise<RecordChange & { waitSeconds: number }>;
  /** replaces each record by its weighted pair, host 100 / ECS 0 */
  createPair(input: PairRequest): Promise<RecordChange>;
  /** fails with type RecordEdited and the difference when a record is neither at `from` nor at `to` */
  setWeight(input: WeightRequest): Promise<RecordChange>;
  /** the pair becomes the ECS record alone */
  foldPair(input: PairRequest): Promise<RecordChange>;
  /** undo of a fold where the run found the pair at 100 % */
  unfoldPair(input: PairRequest): Promise<RecordChange>;
  /**
   * back to the pair with the host at 100, from a pair or from the fold; fails with type HostNotRunning or HostGone,
   * before anything has changed, where one of them does not run
   */
  restoreTraffic(input: RestoreRequest): Promise<RecordChange>;
  /** each record as it was saved; only our own and unedited ones are replaced */
  restoreRecords(input: RestoreRequest): Promise<RecordChange>;
  /** asks inside the VPC, through a probe, what the names of a private zone answer */
  checkPrivateAnswers(input: ProbeRequest & { pair: AnsweringPair }): Promise<AnswerCheck>;
  /**
   * fails with type NotInSync where it takes longer; `pair`: each name of a public zone must then answer with one of its
   * sides, or it fails with type WrongAnswer. @returns what nobody could tell of an answer
   */
  awaitInSync(input: { changeId: string; timeoutMs: number; pair?: AnsweringPair }): Promise<string | undefined>;
}

export const RECORD_ATTEMPTS: AttemptsOf<RecordActivities> = {
  lowerTtl: 'quick',
  createPair: 'quick',
  setWeight: 'quick',
  foldPair: 'quick',
  unfoldPair: 'quick',
  restoreTraffic: 'quick',
  restoreRecords: 'quick',
  checkPrivateAnswers: 'waiting',
  awaitInSync: 'waiting',
};
