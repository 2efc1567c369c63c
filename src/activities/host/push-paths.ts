import type { HostHealthRequest } from '../../contract/hosts';
import { mapStores } from '../../stores';
import type { Deps } from '../clients';
import { HTTP, printStatusCommand } from './stack';
import { runScriptWell } from './ssm';

/** A name by which users come to a host. */
type UserRecord = NonNullable<HostHealthRequest['records']>[number];

/** Paths by which senders push to the stores. */
const PATHS = Object.values(mapStores(({ pushes }) => pushes)).flat();
/** What a program answers that takes POST alone. Source: RFC 9110, 15.5.6. */
const POST_ONLY = '405';
/** What a proxy answers that asks for a password. */
const ASKS = ['401', '403'];
/**
 * Paths that nobody has, of which Grafana answers one as a browser's and one as its API's: 302 and 401 to who has not
 * signed in. Source: grafana/grafana, pkg/middleware/auth.go, notAuthorized.
 */
const CONTROLS = ['/lgtm-migrate-none', '/api/lgtm-migrate-none'];
const ASKED = ['/', ...CONTROLS, ...PATHS];

/** A name and the paths by which a host takes what is pushed, beside its users. */
export interface PushedThrough {
  name: string;
  port: number;
  paths: string[];
  /** it asks for a password whatever the path: nobody can see what is behind it */
  isLocked: boolean;
}

/**
 * Looks where a host lets senders push through a name of its users, as a proxy before the stores does: it asks for each
 * path as a browser would, which changes nothing.
 * @param records those that a proxy answers
 */
export async function findPushPaths(deps: Deps, instanceId: string, records: UserRecord[]): Promise<PushedThrough[]> {
  const asked = records.filter(({ protocol }) => HTTP.includes(protocol));
  if (asked.length === 0) return [];
  const output = await runScriptWell(deps, instanceId, 'senders: paths', writePathsQuestion(asked));
  const codes = output.split('\n').map((line) => line.trim());
  const found = asked.map(({ name, port }, index) => {
    const answers = codes.slice(index * ASKED.length, (index + 1) * ASKED.length);
    return {
      name,
      port,
      ...readPaths(new Map(ASKED.map((path, place) => [path, answers[place] ?? '']))),
    };
  });
  return found.filter(({ paths, isLocked }) => paths.length > 0 || isLocked);
}

/** The script that prints a status a line: of each name that of each path that is asked. */
export const writePathsQuestion = (records: UserRecord[]): string =>
  records.flatMap((record) => ASKED.map((path) => printStatusCommand(record, path))).join('\n');

/** @param codes path → status */
function readPaths(codes: Map<string, string>): Pick<PushedThrough, 'paths' | 'isLocked'> {
  const [ofPages, ofApi] = CONTROLS.map((path) => codes.get(path)) as [string, string];
  const asks = (path: string) => {
    const code = codes.get(path)!;
    return ASKS.includes(code) && code !== (path.startsWith('/api/') ? ofApi : ofPages);
  };
  return {
    paths: PATHS.filter((path) => codes.get(path) === POST_ONLY || asks(path)),
    isLocked: [codes.get('/')!, ofPages].every((code) => ASKS.includes(code)),
  };
}
