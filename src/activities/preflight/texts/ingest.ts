/** What preflight says of the load balancer that senders come in by. */
import type { Finding } from '../../../contract/findings';
import type { IngestPort } from '../../../plan/ingest';
import type { HostPort } from '../../../plan/ingest-ports';
import type { Sender } from '../../../contract/senders';
import { fail, failAs, pass, warn } from '../finding';

const CHECK = 'ingest';

const joinPorts = (ports: IngestPort[]): string =>
  ports.map(({ port, service, targetPort }) => `${port} → ${service} ${targetPort}`).join(', ');

export function sayIngest(name: string, ports: IngestPort[]): Finding {
  return pass(CHECK, `${name} takes senders: ${joinPorts(ports)}`);
}

/** Source: AWS, "Elastic Load Balancing pricing", and "Cross-zone load balancing" of network load balancers. */
export function sayIngestCost(name: string): Finding {
  const charged = 'each hour that it is there, and its capacity units: new and active connections, and bytes';
  const crossing = 'what goes to a task in another zone than it came in by is charged as traffic between zones';
  return pass(`${CHECK} cost`, `AWS charges for ${name} ${charged}; ${crossing}`);
}

export function sayNoPort(ids: string[]): Finding {
  return fail(
    CHECK,
    `no port is known that ${ids.join(', ')} would publish to senders`,
    'start the stack there, or name the ports under ingest.ports',
  );
}

export function sayNoSenderName(name: string): Finding {
  return warn(
    CHECK,
    `no name leads senders to ${name}`,
    'add one to records, with to: ingest; until then senders reach it by its own name alone',
  );
}

/** What nothing on ECS answers by itself; whoever sends nothing there accepts it by its port. */
export function sayPortUnanswered({ port, protocol, targetPort, service, component }: HostPort): Finding {
  const published = `the host publishes ${port}/${protocol} of ${service}`;
  const byPlan = `name ${port} under ingest.ports with the service that answers it`;
  const id = `${CHECK}/${protocol}-${port}`;
  const say = (why: string, fix: string) =>
    failAs(
      id,
      CHECK,
      `${published}, ${why}`,
      `${fix}; or, where nobody sends there, accept it by name: data.accept: [${id}]`,
    );
  if (component === undefined) {
    const why = 'which is none of the six: it may authenticate, end TLS or rewrite, and the ingest does none of that';
    return say(why, `${byPlan}, once its senders do without; or all other ports without it`);
  }
  if (protocol === 'udp') return say('and no task takes datagrams by itself', byPlan);
  return say(
    `and no task of ${component} listens on ${targetPort}`,
    `add ${targetPort} to services.${component}.extraPorts, or name all other ports under ingest.ports`,
  );
}

/** A port that hosts publish for different services. */
export function sayPortContested(same: HostPort[]): Finding {
  const [{ port, protocol }] = same as [HostPort];
  const services = [...new Set(same.map(({ service, targetPort }) => `${service} (${targetPort})`))];
  return fail(
    CHECK,
    `the hosts publish ${port}/${protocol} of ${services.join(' and of ')}, and a port of the ingest leads to one service`,
    `name ${port} under ingest.ports, once the senders of the other one use another port`,
  );
}

/** @param ports whose sources are public addresses alone */
export function sayOnlyPublic(name: string, ports: number[], ranges: string[]): Finding {
  return fail(
    CHECK,
    `${name} is internal, and whoever comes to ${ports.join(', ')} would be admitted by public addresses alone: ` +
      ranges.join(', '),
    'name under ingest.from the private ranges that they come from inside',
  );
}

/** @param sources of the hosts' security groups, in words */
export function saySourcesLeft(sources: string[]): Finding {
  return warn(
    CHECK,
    `the hosts admit ${sources.join(', ')}, which the ingest can't`,
    'name under ingest.from the IPv4 ranges that those come from, if they send',
  );
}

/** @param ranges those of the VPC */
export function sayHiddenBarred(name: string, senders: Sender[], ranges: string[]): Finding {
  const ports = [...new Set(senders.map(({ port }) => port))].join(', ');
  const peers = [...new Set(senders.map(({ peer }) => peer))].join(', ');
  const id = `${CHECK}/hidden`;
  return failAs(
    id,
    CHECK,
    `senders of this VPC show ${peers} to the hosts at ${ports}, and come to ${name} with their private addresses, ` +
      'which the hosts do not admit there',
    `name under ingest.from the ranges that they send from (the VPC has ${ranges.join(', ')}); or accept it by name: ` +
      `data.accept: [${id}]`,
  );
}

/** Source: AWS, "Amazon VPC quotas", inbound rules of a security group. */
export function sayManyRules(group: string, rules: number, most: number): Finding {
  return warn(
    CHECK,
    `${group} would have ${rules} rules, and AWS takes ${most} unless your quota is higher`,
    `name under ingest.ports those that somebody sends to, or see quota L-0EA8095F of vpc`,
  );
}

export function sayCrowded(service: string, found: number, most: number): Finding {
  return fail(
    CHECK,
    `${service} would be in ${found} target groups, and ECS takes ${most}`,
    'name under ingest.ports those that somebody sends to',
  );
}

export function sayNobodyAdmitted(ports: number[], groups: string[]): Finding {
  return warn(
    CHECK,
    `${groups.join(', ') || 'no security group'} of the hosts lets nobody in at ${ports.join(', ')}`,
    'name under ingest.from who may come',
  );
}
