import { comparePlaces, type Place } from './place';

export interface FindingText {
  message: string;
  /** the way out */
  fix: string;
}

/** What the move would break (`fail`) or change (`warn`). */
export interface ImportFinding extends Place, FindingText {
  /** `<service>/<check>`: the name by which a failure is accepted */
  id: string;
  level: 'warn' | 'fail';
}

/** A finding that no plan is written with, unless it is accepted by its id. */
export function fail(id: string, { file, line }: Place, text: FindingText): ImportFinding {
  return {
    id,
    level: 'fail',
    file,
    line,
    ...text,
  };
}

/** A finding that a person should know of. */
export function warn(id: string, { file, line }: Place, text: FindingText): ImportFinding {
  return {
    id,
    level: 'warn',
    file,
    line,
    ...text,
  };
}

/** Checks by what is lost, the worst first; what stands in none of them changes how something behaves. */
const LOSSES = [
  // data that would be deleted, or stay behind and be gone with the host
  ['two-compactors', 'filesystem', 'storage', 'sqlite', 'database', 'dashboards'],
  // data or history that would be invisible
  ['configuration', 'bucket', 'tenants'],
  // senders, alerts and scrapes that would go silent
  ['missing', 'by-address', 'host-source', 'other-service', 'profile', 'other-compose-file', 'unset'],
  // access that would open
  ['anonymous', 'auth-proxy', 'login-form', 'admin-password'],
];
/** Checks that only advise. */
const ADVICE = ['dead-option', 'static-keys', 'project', 'ring'];

/** For sort: failures first, then by what is lost, then by place. */
export function compareFindings(a: ImportFinding, b: ImportFinding): number {
  return a.level.localeCompare(b.level) || rankLoss(a) - rankLoss(b) || comparePlaces(a, b);
}

function rankLoss({ id }: ImportFinding): number {
  const check = id.split('/').at(-1)!;
  if (ADVICE.includes(check)) return LOSSES.length + 1;
  const rank = LOSSES.findIndex((checks) => checks.includes(check));
  return rank < 0 ? LOSSES.length : rank;
}

/** The names of findings, none twice: one name may stand for several places. */
export function listIds(findings: { id: string }[]): string[] {
  const ids = findings.map(({ id }) => id);
  return [...new Set(ids)];
}
