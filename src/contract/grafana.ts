import type { AttemptsOf } from './attempts';

/** Grafana's SQLite on a host: what a move copies. */
export interface GrafanaDatabase {
  instanceId: string;
  /** on the host */
  path: string;
}

/** Where the copy goes; `null`: it stays beside the old database, for an import by hand. */
export interface GrafanaRequest extends GrafanaDatabase {
  target: { fileSystem: string; directory: string } | null;
}

export interface GrafanaCounts {
  dashboards: number;
  users: number;
  dataSources: number;
  alertRules: number;
}

/** What was copied and how it compares; `aside`: the new name of a database that was there before. */
export interface GrafanaCopy {
  equal: boolean;
  sha256: string;
  copySha256: string;
  /** of the rows that a comparison looks at */
  fingerprint: string;
  bytes: number;
  counts: GrafanaCounts;
  copied?: GrafanaCounts;
  aside?: string | null;
  /** UTC, `2026-11-25 13:02:09`, by the host's clock */
  at?: string;
}

/** One thing that the copy has otherwise than the old database. */
export interface GrafanaEdit {
  kind: string;
  name: string;
  change: 'created' | 'changed' | 'deleted';
  by: string | null;
  at: string | null;
}

export interface GrafanaEdits {
  counts: GrafanaCounts;
  total: number;
  /** at most 50 */
  edits: GrafanaEdit[];
  /** whether the old one is as it was when it was copied */
  oldUnchanged: boolean;
}

/** Grafana's SQLite and the copy that the new one runs on, both on the old host. */
export interface GrafanaActivities {
  /** makes the folder on EFS that the new Grafana's tasks mount */
  prepareGrafanaFolder(input: GrafanaRequest): Promise<void>;
  /** the old Grafana reads on and refuses writes; proven by one that is refused */
  lockGrafana(input: GrafanaDatabase): Promise<{ counts: GrafanaCounts }>;
  /** it takes writes again; nothing to do after a reboot */
  unlockGrafana(input: GrafanaDatabase): Promise<void>;
  /** copies what nobody writes to; a database that is there already is set aside, never written over */
  copyGrafana(input: GrafanaRequest): Promise<GrafanaCopy>;
  /** what the new one has; nobody needs to have edited it */
  countGrafana(input: GrafanaRequest): Promise<{ counts: GrafanaCounts }>;
  /** what the new one has and the old one has not, since `since` */
  listGrafanaEdits(input: GrafanaRequest & { since: string; fingerprint: string }): Promise<GrafanaEdits>;
}

export const GRAFANA_ATTEMPTS: AttemptsOf<GrafanaActivities> = {
  prepareGrafanaFolder: 'waiting',
  lockGrafana: 'waiting',
  unlockGrafana: 'waiting',
  copyGrafana: 'waiting',
  countGrafana: 'waiting',
  listGrafanaEdits: 'waiting',
};
