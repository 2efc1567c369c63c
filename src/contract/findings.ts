import type { Plan } from '../plan/schema';
import type { AttemptsOf } from './attempts';
import type { GrafanaDatabase } from './grafana';
import type { Host } from './hosts';
import type { IngestSurvey } from './ingest';
import type { SavedRecord } from './records';
import type { Owner } from './resources';
import type { BoundSurvey } from './senders';

export type FindingLevel = 'pass' | 'warn' | 'fail';

/** One answer of preflight. `fix` leads out of everything that is not `pass`. */
export interface Finding {
  /** `<service>/<check>`, of a sender `<peer>/<port>`: the name by which a plan can accept it (data.accept) */
  id?: string;
  check: string;
  level: FindingLevel;
  message: string;
  fix?: string;
}

export interface Network {
  vpcId: string;
  vpcCidr: string;
  /** ranges that the VPC was given beside it later; absent: none */
  addedCidrs?: string[];
  privateSubnets: string[];
  publicSubnets: string[];
}

/** What preflight saw: all findings, and the facts that the later phases build on. */
export interface Survey {
  findings: Finding[];
  account: string;
  network: Network;
  records: SavedRecord[];
  hosts: Host[];
  /** absent: of a run from before senders were looked for */
  senders?: BoundSurvey;
  /** where the plan moves Grafana's database and it is still on a host */
  grafana?: GrafanaDatabase;
  /** where the plan has an ingest */
  ingest?: IngestSurvey;
}

export interface PreflightActivities {
  /** reads the account, the hosts and the stores, and changes nothing */
  runPreflight(input: { plan: Plan; owner: Owner }): Promise<Survey>;
}

export const PREFLIGHT_ATTEMPTS: AttemptsOf<PreflightActivities> = { runPreflight: 'waiting' };
