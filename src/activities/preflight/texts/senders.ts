/** What preflight says of who sends to the hosts: why somebody moves or does not, and what to change. */
import type { Finding } from '../../../contract/findings';
import { describePeer, type Peer } from '../../../contract/hosts';
import { nameLoss, type PublishedPort, type Sender } from '../../../contract/senders';
import type { PushedThrough } from '../../host/push-paths';
import { failAs, pass, warn } from '../finding';

const CHECK = 'senders';
const SEE = 'lgtm-migrate senders -f PLAN names each';

/** How a record of a plan makes a name one of the ingest. */
const writeRecord = (name: string): string => `records: [{name: ${name}, to: ingest}]`;

/** Why it moves so, and what to change. */
type Reason = Pick<Sender, 'why' | 'change'>;

const ELSEWHERE = 'run it elsewhere, or know that it ends';

export function explainAgent(): Reason {
  return {
    why: 'an agent on the host itself, which stops with it',
    change: ELSEWHERE,
  };
}

export function explainContainer(): Reason {
  return {
    why: 'a container on the host that is no part of what moves, and stops with it',
    change: ELSEWHERE,
  };
}

export function explainOutside(vpcId: string): Reason {
  return {
    why: `outside the reach of ${vpcId}, where the ingest is internal`,
    change:
      'connect its network (peering, VPN), let an agent inside pass on what it sends, or let it use an ' +
      'internet-facing name over HTTPS',
  };
}

/** @param address of the host, to which a name of the senders' own would lead until the shift */
export function explainNoName({ port }: Peer, address: string, domain: string): Reason {
  const name = `ingest.${domain}`;
  return {
    why: `no name of the plan leads to port ${port}: weights move no address`,
    change:
      `give senders a name of their own: ${name}, A ${address}; put ${name}:${port} into this one, ` +
      `and ${writeRecord(name)} into the plan`,
  };
}

export function explainUnlistened({ port }: Peer, ports: number[]): Reason {
  return {
    why: `the ingest listens at ${ports.join(', ')}, and not at ${port}`,
    change: `add ${port} to ingest.ports, or let it send to one of those`,
  };
}

export function explainStranger({ port, service }: Peer): Reason {
  return {
    why: `${service} answers at ${port}, and no service of the plan does`,
    change: `let it send to a service's own port, or say in ingest.ports what answers at ${port}`,
  };
}

/** How a sender came. */
interface Arrival {
  /** a NAT gateway or an instance of the VPC, whose public address it shows */
  shownBy: string | undefined;
  /** the ingest has addresses of IPv4 alone */
  isByIpv6: boolean;
}

export function explainByName({ port }: Peer, names: string[], { shownBy, isByIpv6 }: Arrival): Reason {
  const [name] = names as [string];
  const place = shownBy === undefined ? '' : `; it shows the address of ${shownBy}`;
  const family = isByIpv6 ? '; it came by IPv6, and needs an IPv4 address too, which the ingest has alone' : '';
  return {
    why: `by ${names.join(' or ')} when it connects again, if its configuration has that name${place}${family}`,
    change: `see that it sends to ${name}:${port}, and not to an address`,
  };
}

export function saySenderStays(sender: Sender): Finding {
  const id = nameLoss(sender);
  const who = sender.name === undefined ? '' : `${sender.name}, `;
  const message = `${who}${describePeer(sender)}, does not move: ${sender.why}`;
  return failAs(id, CHECK, message, `${sender.change}; or accept it by name: data.accept: [${id}]`);
}

export function sayMoreStay(count: number): Finding {
  return failToMove('others', `${count} more senders do not move`, SEE);
}

/** @param id by which a plan accepts it, after `senders/` */
function failToMove(id: string, message: string, fix: string): Finding {
  const name = `${CHECK}/${id}`;
  return failAs(name, CHECK, message, `${fix}; or accept it by name: data.accept: [${name}]`);
}

/** @param names to which they have to send */
export function sayByName(senders: Sender[], names: string[]): Finding {
  const ports = [...new Set(senders.map(({ port, service }) => `${port} (${service})`))].join(', ');
  const count = new Set(senders.map(({ peer }) => peer)).size;
  const who = count === 1 ? '1 sender moves' : `${count} senders move`;
  return warn(
    CHECK,
    `${who} by ${names.join(', ')} when they connect again, from ${ports}: whether each uses the name can't be seen`,
    SEE,
  );
}

export function sayNobodySends(): Finding {
  return pass(CHECK, 'nobody else is connected to what the hosts publish, now');
}

export function sayCutOff(instanceIds: string[]): Finding {
  return failToMove(
    'cut-off',
    `more are connected to ${instanceIds.join(', ')} than SSM can tell of`,
    'let idle connections end (ss -tn state established there), then look again',
  );
}

export function sayUnlistable(instanceId: string, why: string): Finding {
  return failToMove(
    instanceId,
    `who sends to ${instanceId} is not known: ${why}`,
    'run ss and nsenter there and fix what they say',
  );
}

/**
 * @param port at which one of the six ends TLS
 * @param secrets the variables of its task that hold some
 */
export function sayTls({ instanceId, port, service, component }: PublishedPort, secrets: string[]): Finding {
  const seen = secrets.length > 0 ? `only ${secrets.join(', ')} may hold a certificate` : 'its task has no certificate';
  return failToMove(
    `tls-${port}`,
    `${service} of ${instanceId} ends TLS itself at ${port}, and ${seen}: who sends there would fail`,
    `give certificate and key to the task as secrets (services.${component}.secrets) and have its configuration take ` +
      'them, or let senders come without TLS inside the VPC',
  );
}

/** Source of what senders do then: grafana/loki #11593, grafana/alloy, retries of loki.write and of remote write. */
export function sayPushedThrough(instanceId: string, { name, port, paths }: PushedThrough): Finding {
  return failToMove(
    `paths-${port}`,
    `${instanceId} takes at ${name}:${port} what is pushed to ${paths.join(', ')}, and on ECS that name's load balancer ` +
      'brings every path to its service: a sender there would be answered 404, and drop for good what it has',
    `give senders a name of their own, which leads to the stores' ports: ${writeRecord('NAME')}`,
  );
}

export function sayLocked(instanceId: string, { name, port }: PushedThrough): Finding {
  return warn(
    CHECK,
    `${instanceId} asks for a password whatever is asked of ${name}:${port}: whether senders push there can't be seen`,
    `give senders a name of their own, if there are any: ${writeRecord('NAME')}`,
  );
}

export function sayUnseen(ports: PublishedPort[]): Finding {
  const names = ports.map(({ port, service }) => `${port} (${service})`).join(', ');
  return warn(CHECK, `who sends to UDP ${names} can't be seen: it has no connections`, 'ask whoever set it up');
}

/** @param names of users that lead to a host, at whose other ports somebody sends */
export function sayNoOwnName(names: string[], ports: string[]): Finding {
  return failToMove(
    'own-name',
    `senders use ${ports.join(', ')}, and every name of the plan is its users': one that sends to ${names.join(' or ')} ` +
      'would come to a load balancer that does not listen there',
    'give senders a name of their own first',
  );
}

/** @param isApart senders have ports of their own: this one can be left out */
export function sayAdministered(component: string, port: number, paths: string[], isApart: boolean): Finding {
  const way = isApart
    ? `leave ${port} out of ingest.ports: nobody sends there`
    : `${component} takes what is sent at the same port and can't close them: let in by ingest.from only who sends`;
  return warn(
    'administration',
    `whoever reaches the ingest at ${port} reaches ${paths.join(', ')} of ${component}`,
    way,
  );
}

/** @param ports of the ingest behind which is a store itself */
export function sayBypass(ports: string[], collector: string): Finding {
  return warn(
    'dual write',
    `what comes through the ingest to ${ports.join(', ')} bypasses ${collector}: ECS alone gets it, and the host misses it`,
    `let those senders send to ${collector}, or know what a way back would not have`,
  );
}
