import type { Deps } from '../clients';
import { asWord } from '../curl';
import { componentOf } from './component';
import { publishedPorts, type Container, type Publisher } from './containers';
import { parseEndpoint } from './peers';
import { runScriptWell } from './ssm';

const FORMAT = "'{{.Name}} {{.HostConfig.NetworkMode}} {{.State.Pid}}'";
const PRINT_LISTENERS = 'ss -Htlnp || exit 1';
const PURPOSE = 'host network: ss';
/** As which ss prints that it is bound to every address. */
const ANYWHERE = '*';

/**
 * Containers with their ports, those in the host's own network too, which publish nothing by Docker's word: what their
 * programs listen at counts as published. A host whose components all publish something is not asked.
 */
export async function addHostPorts<C extends Container>(deps: Deps, instanceId: string, containers: C[]): Promise<C[]> {
  const silent = containers.filter(publishesNothing);
  if (silent.length === 0) return containers;
  const output = await runScriptWell(deps, instanceId, PURPOSE, writeListenersQuestion(silent));
  const lines = output.split('\n');
  const pids = new Map(lines.flatMap(readPid));
  return containers.map((container) => {
    const pid = silent.includes(container) ? pids.get(container.Name ?? container.Service) : undefined;
    if (pid === undefined) return container;
    const Publishers = lines.flatMap((line) => readListener(line, pid));
    return {
      ...container,
      Publishers,
      isOnHost: true,
    };
  });
}

/** The script that prints in which network containers are, and what listens in the host's. */
export function writeListenersQuestion(containers: Container[]): string {
  const names = containers.map(({ Name, Service }) => asWord(Name ?? Service)).join(' ');
  return [`docker inspect --format ${FORMAT} ${names}`, PRINT_LISTENERS].join('\n');
}

function publishesNothing(container: Container): boolean {
  return componentOf(container) !== undefined && publishedPorts(container).length === 0;
}

/** @param line `/lgtm-alloy-1 host 4711` */
function readPid(line: string): [name: string, pid: string][] {
  const [, name, pid] = /^\/(\S+) host ([1-9]\d*)$/.exec(line.trim()) ?? [];
  return name !== undefined && pid !== undefined ? [[name, pid]] : [];
}

/** @param line `LISTEN 0 4096 *:12345 *:* users:(("alloy",pid=4711,fd=8))`, or the same without its state */
function readListener(line: string, pid: string): Publisher[] {
  if (!line.includes(`pid=${pid},`)) return [];
  const [, , local = ''] = line
    .replace(/^LISTEN\s+/, '')
    .trim()
    .split(/\s+/);
  const endpoint = parseEndpoint(local);
  if (!endpoint) return [];
  const { address, port } = endpoint;
  return [
    {
      URL: address === ANYWHERE ? '0.0.0.0' : address,
      TargetPort: port,
      PublishedPort: port,
      Protocol: 'tcp',
    },
  ];
}
