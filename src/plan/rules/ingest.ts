import { z } from 'zod';
import { INTERNAL_PORTS } from '../components';
import { line, port } from '../formats';
import { listCrowded, MOST_TARGET_GROUPS } from '../target-groups';
import { describeMissingService } from '../texts';
import { defineRule, findRepeated } from './rule';
import {
  describeCrowdedService,
  describeInternalPort,
  describeSharedPort,
  describeUnreachedPort,
  LEADS_TO_PORTS,
  NAMES_NO_SERVICE,
} from './texts';

const ingestPort = z.object({
  port,
  protocol: z.enum(['tcp', 'udp']),
  service: line,
  targetPort: port.optional(),
});

const serviceWithPorts = z.looseObject({
  port,
  extraPorts: z.array(port),
  expose: z
    .looseObject({
      public: z.boolean().optional(),
      from: z.array(line).optional(),
    })
    .optional(),
});

const withPorts = z.object({
  loadBalancer: z.looseObject({ scheme: line }),
  ingest: z.object({ ports: z.array(ingestPort) }),
  services: z.record(z.string(), serviceWithPorts),
});

/** Each port of the ingest stands once, and leads to a port at which a service's tasks take what senders send. */
export const senderPortsAreServed = defineRule(withPorts, ({ ingest: { ports }, services }, report) => {
  const repeated = findRepeated(ports.map((entry) => entry.port));
  for (const [index, entry] of ports.entries()) {
    const path = ['ingest', 'ports', index];
    const target = entry.targetPort ?? entry.port;
    const service = services[entry.service];
    if (repeated.includes(index)) report([...path, 'port'], entry.port, describeSharedPort(entry.port));
    if (INTERNAL_PORTS.includes(target)) report([...path, 'port'], target, describeInternalPort(target));
    else if (!service) {
      report([...path, 'service'], entry.service, describeMissingService(entry.service, Object.keys(services)));
    } else if (entry.protocol === 'tcp' && ![service.port, ...service.extraPorts].includes(target)) {
      report([...path, 'port'], target, describeUnreachedPort(entry.service, target));
    }
  }
});

/** ECS takes five target groups of a service. */
export const targetGroupsAreFew = defineRule(withPorts, ({ ingest: { ports }, ...plan }, report) => {
  for (const [name, found] of listCrowded(plan, ports)) {
    report(
      ['ingest', 'ports'],
      name,
      describeCrowdedService(name, {
        found,
        most: MOST_TARGET_GROUPS,
      }),
    );
  }
});

const record = z.looseObject({
  to: z.enum(['users', 'ingest']).default('users'),
  service: line.optional(),
});

/** A name leads users to one service, or senders to all ports. */
export const recordsHaveOneDestination = defineRule(z.object({ records: z.array(record) }), ({ records }, report) => {
  for (const [index, { to, service }] of records.entries()) {
    const path = ['records', index, 'service'];
    if (to === 'users' && service === undefined) report(path, service, NAMES_NO_SERVICE);
    if (to === 'ingest' && service !== undefined) report(path, service, LEADS_TO_PORTS);
  }
});
