/** One HTTP request to a component, wherever it is asked: on a host, from a probe's task. */
export interface StoreRequest {
  path: string;
  /** default: GET, or POST with a body */
  method?: 'GET' | 'POST';
  /** JSON */
  body?: string;
}

/** How a request is sent. */
export const methodOf = ({ method, body }: StoreRequest): string => method ?? (body === undefined ? 'GET' : 'POST');

/** Where an answer was seen to be so, and from which version on it is not. */
interface Sight {
  /**
   * A program's version that answered so; or its source, `repository path:line @commit`, or its documentation. A commit,
   * since what could be read here names no tag.
   */
  seen: string;
  /** the first version that answers otherwise: one of the store's boundaries */
  until?: string;
}

/** What is asked. */
export interface Endpoint extends Sight {
  request: StoreRequest;
}

/** Its configuration, as it runs. */
export interface ConfigurationEndpoint extends Sight {
  /** asked in order; the first that answers is taken */
  requests: StoreRequest[];
  /** paths of it that say where data lies, each with all below it: nothing else leaves the host */
  settings: string[];
}

/** What makes it write. */
export interface FlushEndpoint extends Endpoint {
  /** its call ends when all is written; else it ends at once */
  isAwaited: boolean;
}

/** A metric, and what it means that it is not there. */
export interface Metric {
  name: string;
  /** only lines with this in their labels count: `type="profiles"` */
  label?: string;
  /** it is there only after the first sweep, chunk or flush: until then it is 0 */
  isLate?: boolean;
}

/** What it tells of itself in Prometheus' format. */
export interface MetricsEndpoint extends Endpoint {
  /** gauges of what it has not written yet. None proves that nothing is left: a block may be on its way */
  held: Metric[];
  /** gauges of what waits to be written: while one is above 0 a flush is not over, and 0 proves nothing */
  queued?: Metric[];
  /** counters that rise when it has written; they tell it from another one that writes to the same prefix */
  stored: Metric[];
  /** what is only in memory */
  memory: Metric & { unit: string };
}

/** Any age, or the setting that names it, as Go writes durations; a configuration that does not name it has 0. */
type BucketAge = 'any' | { setting: string };

/** A question for a sample's time. */
export interface SampleEndpoint<Arguments extends unknown[]> extends Sight {
  /** asked in order; the first that names a time is taken */
  ask(...moments: Arguments): StoreRequest[];
  /** once an answer names a time nothing more is asked: the later ones cost more */
  isEnough?: boolean;
  /** the age from which on it also answers from S3, where the other side writes too; absent: it never does */
  readsBucketAfter?: BucketAge;
  /** the same, as it was at an earlier moment; absent: nobody can say */
  askBefore?(moment: Date): StoreRequest[];
}
