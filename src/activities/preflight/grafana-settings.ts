/**
 * OWASP's number for PBKDF2 with SHA-256: a digest in SSM's log must not give a short key
 * away.
 */
export const ROUNDS = 600_000;
/** What Grafana takes without one. Source: conf/defaults.ini, [security] secret_key. */
export const DEFAULT_KEY = 'SW2YcwTIb9zpOOhoPsMm';

/** What the program on a host tells of Grafana; no value of a secret is in it. */
export interface GrafanaSettings {
  there: boolean;
  version: string | null;
  /** `sqlite3`, `postgres`, `mysql` */
  type: string;
  host: string | null;
  name: string | null;
  /** digest of its secret_key, by ROUNDS of PBKDF2 and the nonce of this look */
  key: string;
  /** of its SQLite on the host; null: in the container's own layer */
  path: string | null;
  /** whether there is a file at that path */
  found: boolean;
  /** programs that a move needs and the host has not */
  missing: string[];
  /** servers that it calls, as far as settings, provisioning files and its SQLite say it: grafana_outward.py */
  called: Called[];
  /** titles of alert rules that look whether something is there, the first of them */
  watching: string[];
  /** how many there are */
  watchingCount: number;
}

/** A server that Grafana calls. */
export interface Called {
  /** `sign-in`, `LDAP`, `mail`, `webhook` */
  as: string;
  host: string;
}

/** A host with a Grafana. */
export interface GrafanaHost {
  instanceId: string;
  settings: GrafanaSettings;
}
