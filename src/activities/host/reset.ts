import type { InputOf } from '../../contract/activities';
import type { Deps } from '../clients';
import { runScriptWell } from './ssm';

/**
 * How long a port refuses: until whoever sends has sent, and until a server of Go's has asked a connection that is quiet
 * whether it lives, which it does every 15 s. Source: Go, net.KeepAliveConfig.
 */
const REFUSED_S = 30;

/**
 * Ends what is connected to a published port: for half a minute the host answers every packet of such a connection, of
 * either direction, by a reset, and new ones too. Whoever goes by a name asks for it again; whoever goes by an address
 * finds the port closed, keeps what it has, and is let in again afterwards. Docker keeps the chain for such rules, and
 * knows in it the port that was asked for. `ss -K` would need CONFIG_INET_DIAG_DESTROY of the kernel, and says nothing
 * where that is missing; `conntrack -D` ends nothing: the next packet makes the same entry anew.
 * Source: Docker, "Packet filtering and firewalls".
 */
export async function resetConnections(deps: Deps, input: InputOf<'resetConnections'>): Promise<void> {
  const { instanceId, port } = input;
  await runScriptWell(deps, instanceId, `reset connections to ${port}`, writeReset(port));
}

/** The script; however it ends, the rules are gone after it. */
export function writeReset(port: number): string {
  const refuse = '-j REJECT --reject-with tcp-reset';
  return [
    `through() { iptables "$1" DOCKER-USER -p tcp -m conntrack --ctorigdstport ${port} ${refuse}; }`,
    // of a container in the host's own network
    `straight() { iptables "$1" INPUT -p tcp --dport ${port} ! -i lo ${refuse}; }`,
    'lift() { while through -D 2>/dev/null; do :; done; while straight -D 2>/dev/null; do :; done; }',
    'lift',
    // whoever ends the script, and however, the port is open again soon
    `(trap '' HUP INT TERM; sleep ${2 * REFUSED_S}; lift) >/dev/null 2>&1 &`,
    'guard=$!',
    `trap 'lift; kill -9 "$guard"' EXIT`,
    "trap 'exit 1' HUP INT TERM",
    'through -I && straight -I || exit 1',
    `sleep ${REFUSED_S}`,
  ].join('\n');
}
