import type { Plan } from '../../plan/schema';
import type { Listing } from '../aws/object';
import { inS3, type Backend } from '../host/store';
import type { Finding } from '../../contract/findings';
import { fail, pass, warn } from './index';

/** Below this a volume holds sockets, locks and caches, not what anybody would miss. */
const TRIVIAL_KB = 1024;
/** A store writes at least every two hours (Mimir's blocks); a day without an object is no quiet night. */
const STALE_MS = 24 * 3_600_000;

/** A folder on a host's disk and how much lies in it. `kb` undefined: it is not there. */
export interface Folder {
  path: string;
  kb?: number;
}

/** What one store was found to keep, and where. */
export interface StoreHoldings {
  instanceId: string;
  service: string;
  /** data that lies outside S3, or in it with what a listing of it said */
  backends: (Backend & { local?: Folder; listing?: Listing; refused?: string })[];
  /** writable folders of its containers: WAL, head and caches where the backend is S3 */
  folders: Folder[];
  /** why it could not be asked */
  silent?: string;
}

/** A writable volume of a container that is none of the six. */
export interface Volume extends Folder {
  instanceId: string;
  service: string;
  destination: string;
}

const size = (kb = 0) =>
  kb >= 1024 ** 2 ? `${(kb / 1024 ** 2).toFixed(1)} GB` : kb >= 1024 ? `${Math.round(kb / 1024)} MB` : `${kb} KB`;
const total = (folders: Folder[]) => folders.reduce((sum, { kb = 0 }) => sum + kb, 0);
const large = ({ kb = 0 }: Folder) => kb > TRIVIAL_KB;
const counted = ({ count, more }: Listing) => `${count}${more ? ' or more' : ''} objects`;
const WAY_OUT = (id: string) => `copy it to S3 first (docs/data.md), or accept the loss by name: data.accept: [${id}]`;

/** What of this a decommission would lose, and what S3 has. @param now epoch ms */
export function judgeHoldings(stores: StoreHoldings[], volumes: Volume[], now: number): Finding[] {
  const volume = volumes.filter(large).map(({ instanceId, service, destination, path, kb }) => {
    const id = `${service}/volume`;
    return {
      id,
      ...fail(
        'data',
        `${service} on ${instanceId} keeps ${size(kb)} in ${path} (its ${destination}), which goes with the host`,
        WAY_OUT(id),
      ),
    };
  });
  return [...stores.flatMap((store) => judgeStore(store, now)), ...volume];
}

function judgeStore({ instanceId, service, backends, folders, silent }: StoreHoldings, now: number): Finding[] {
  const lost = (check: string, message: string): Finding => ({
    id: `${service}/${check}`,
    ...fail('data', message, WAY_OUT(`${service}/${check}`)),
  });
  if (silent !== undefined)
    return [lost('silent', `${service} on ${instanceId} does not say where its data is: ${silent}`)];
  const onDisk = folders.filter(large);
  const found = backends.flatMap((backend): Finding[] => {
    const { what, kind, bucket, prefix, local, listing, refused, endpoint } = backend;
    const place = `s3://${bucket ?? '?'}/${prefix}`;
    if (kind === 'filesystem' || kind === 'local') {
      return local && large(local)
        ? [
            lost(
              'filesystem',
              `${service} on ${instanceId} keeps its ${what} on disk, ${size(local.kb)} in ${local.path}; S3 has none of it`,
            ),
          ]
        : [];
    }
    if (!inS3(backend))
      return [
        lost(
          'storage',
          `${service} on ${instanceId} keeps its ${what} ${endpoint ? `at ${endpoint}, which is not S3 of AWS` : `on ${kind}`}; the new tasks read S3 only`,
        ),
      ];
    if (!bucket)
      return what !== backends[0]!.what
        ? []
        : [lost('s3', `${service} on ${instanceId} keeps its ${what} in S3 and names no bucket`)];
    if (refused !== undefined)
      return [
        lost('s3', `${service} on ${instanceId} keeps its ${what} in ${place}, which can't be listed: ${refused}`),
      ];
    if (!listing) return [];
    if (listing.count === 0)
      return what === backends[0]!.what && onDisk.length > 0
        ? [
            lost(
              's3',
              `${service} on ${instanceId} is set to ${place}, where nothing is, while ${size(total(onDisk))} lie in ${onDisk.map(({ path }) => path).join(', ')}`,
            ),
          ]
        : [];
    if (what === backends[0]!.what && now - Date.parse(listing.newest!) > STALE_MS)
      return [
        warn(
          'data',
          `the newest of ${counted(listing)} in ${place} is of ${listing.newest}: ${service} on ${instanceId} has not written since`,
          `look at its log; before the hosts stop it is flushed, and S3 has to list what it writes then`,
        ),
      ];
    return [
      pass(
        'data',
        `${service}: ${counted(listing)} in ${place}, the newest of ${listing.newest}; ${size(total(folders))} on ${instanceId} are WAL and head, flushed before it stops`,
      ),
    ];
  });
  return found.length > 0 ? found : [pass('data', `${service} on ${instanceId} keeps nothing`)];
}

/**
 * The plan's word on losses: what it accepts by name, or would not cause since it keeps the hosts, is a warning.
 * An acceptance of something that is not there is one too: it may be a typing error.
 */
export function accepted(
  findings: Finding[],
  { data: { accept }, decommission: { enabled } }: Pick<Plan, 'data' | 'decommission'>,
): Finding[] {
  const judged = findings.map((finding): Finding => {
    const { id, level, message } = finding;
    if (id === undefined || level !== 'fail') return finding;
    if (accept.includes(id))
      return {
        ...finding,
        level: 'warn',
        message: `${message} (accepted by data.accept)`,
        fix: 'nothing to do: the plan accepts it',
      };
    return enabled
      ? finding
      : { ...finding, level: 'warn', message: `${message} (the hosts stay: decommission.enabled is false)` };
  });
  const idle = accept.filter((id) => !findings.some((finding) => finding.id === id));
  return [
    ...judged,
    ...idle.map((id) =>
      warn(
        'data',
        `data.accept names ${id}, which is nowhere to be found`,
        `take it out; what may be accepted is ${[...new Set(findings.flatMap((finding) => (finding.level === 'fail' && finding.id ? [finding.id] : [])))].join(', ') || 'nothing'}`,
      ),
    ),
  ];
}
