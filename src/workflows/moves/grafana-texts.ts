import type { GrafanaCopy, GrafanaCounts, GrafanaEdit, GrafanaRequest } from '../../contract/grafana';
import { describeCounts } from '../details';
import { messageOf } from '../engine/failures';

export const tellReadOnly = (instanceId: string, counts: GrafanaCounts): string =>
  `Grafana on ${instanceId} is read-only: whoever saves there is told "database is locked"; ` +
  `it has ${describeCounts(counts)}`;

export const tellCopyDiffers = (path: string, { sha256, copySha256 }: GrafanaCopy): string =>
  `the copy of ${path} has sha256 ${copySha256}, the database ${sha256}; nothing was put in place, retry or abort`;

export function tellCopy(to: string, { bytes, sha256, aside }: GrafanaCopy): string {
  const renamed = aside ? `; what was there is now ${aside}` : '';
  return `copied to ${to}, ${bytes} bytes, sha256 ${sha256.slice(0, 12)}… on both sides${renamed}`;
}

export const tellFewer = (after: GrafanaCounts, before: GrafanaCounts): string =>
  `the new Grafana has ${describeCounts(after)}, the old one ${describeCounts(before)}; ` +
  'see its log group, then retry or abort';

export const tellRunsOnCopy = (after: GrafanaCounts, before: GrafanaCounts): string =>
  `the new Grafana runs on the copy: ${describeCounts(after)}; before: ${describeCounts(before)}`;

export const askToImport = ({ path, instanceId }: GrafanaRequest, database: string, counts: GrafanaCounts): string =>
  `import lgtm-migrate-import.db, beside ${path} on ${instanceId}, into ${database} (docs/data.md), ` +
  `count ${describeCounts(counts)} there, then approve; lgtm-migrate does not check it`;

export const tellUnlistedEdits = (database: string): string =>
  `what was edited in ${database} since the copy is not listed, because lgtm-migrate has no way into it: ` +
  'look there; it stays as it is';

export function tellEdits(to: string, since: string, total: number, counts: GrafanaCounts): string {
  const edits = countEdits(total);
  const stays = total > 0 ? ', and stays as it is' : '';
  return `${edits} in ${to} since ${since} that the host's Grafana has not; it has ${describeCounts(counts)}${stays}`;
}

function countEdits(total: number): string {
  if (total === 0) return 'no edit';
  return total === 1 ? '1 edit' : `${total} edits`;
}

export function tellEdit(to: string, { kind, name, change, by, at }: GrafanaEdit): string {
  const author = by ? ` by ${by}` : '';
  const time = at ? ` at ${at}` : '';
  return `only in ${to}: ${kind} "${name}" ${change}${author}${time}`;
}

export const tellChangedOriginal = (): string =>
  'the database on the host is not as it was when it was copied: somebody wrote to it since';

export const tellUnknownEdits = (error: unknown): string =>
  `what a way back would lose of Grafana's edits is unknown: ${messageOf(error)}`;
