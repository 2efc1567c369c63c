import type { HostStack } from '../../contract/hosts';
import type { ComposePlace } from '../../plan/compose-place';
import type { Deps } from '../clients';
import { quoted } from '../curl';
import { compose } from '../host/containers';
import { runScriptWell } from '../host/ssm';

const INSPECT_TIMEOUT_S = 60;
/** docker's template: the service's name and its arguments, both as JSON */
const FORMAT = '{{json (index .Config.Labels "com.docker.compose.service")}} {{json .Args}}';
/** Arguments stay on the host, since they may hold keys: it tells the names alone. */
const PRINT_NAMES = '/"--?target(=|",")compactor"/ { gsub("\\"", "", $1); print $1 }';

/** What prints each name on a line of its own. */
export function writeCompactorsQuestion(place: ComposePlace): string {
  const ids = `$(${compose(place, 'ps --all -q')})`;
  return `docker inspect --format ${quoted(FORMAT)} ${ids} | awk ${quoted(PRINT_NAMES)}`;
}

/** Services of a stack that do nothing but compact, by their `-target`: the way back starts them last. */
export async function listCompactors(deps: Deps, stack: HostStack): Promise<string[]> {
  const script = writeCompactorsQuestion(stack);
  const output = await runScriptWell(deps, stack.instanceId, 'preflight: who only compacts', script, INSPECT_TIMEOUT_S);
  return [...new Set(output.split('\n').filter(Boolean))];
}
