import type { PublishedPort } from '../../contract/senders';
import type { Deps } from '../clients';
import { reachFromHost } from './component';
import { runScriptWell } from './ssm';

const TIMEOUT_S = 3;
/** Above 0 where a handshake came to its end, whatever was answered after it. Source: curl, --write-out. */
const HANDSHAKE = "'%{time_appconnect}'";

/** Those of a host's ports of the six at which TLS is spoken: their programs end it themselves. */
export async function findTlsPorts(deps: Deps, instanceId: string, published: PublishedPort[]): Promise<number[]> {
  const asked = published.filter(({ component, protocol }) => component !== undefined && protocol === 'tcp');
  if (asked.length === 0) return [];
  const output = await runScriptWell(deps, instanceId, 'senders: TLS', writeTlsQuestion(asked));
  return output.split('\n').flatMap(readHandshake);
}

/** The script that prints a line a port: the port, and the seconds until TLS was agreed on. */
export function writeTlsQuestion(published: Pick<PublishedPort, 'port' | 'addresses'>[]): string {
  const lines = published.map(({ port, addresses: [URL = ''] }) => {
    const url = `https://${reachFromHost({ URL })}:${port}/`;
    return `echo "${port} $(curl -sk -o /dev/null --max-time ${TIMEOUT_S} -w ${HANDSHAKE} "${url}")"`;
  });
  return lines.join('\n');
}

/** @param line `4317 0.004211` */
function readHandshake(line: string): number[] {
  const [, port, seconds] = /^(\d+) ([\d.,]+)$/.exec(line.trim()) ?? [];
  return Number(seconds?.replace(',', '.')) > 0 ? [Number(port)] : [];
}
