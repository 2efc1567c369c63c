import { z } from 'zod';
import { line } from '../formats';
import { isRouted } from '../routes';
import {
  describeDividedName,
  describeForeignName,
  describeInternalService,
  describeMissingService,
  describeRepeatedRecord,
  describeUnexposedService,
} from '../texts';
import { isWithin } from '../zone';
import { defineRule, findRepeated } from './rule';

const namedRecord = z.object({
  name: line,
  zone: line.optional(),
});

const named = z.object({
  domain: line,
  hostedZone: line.optional(),
  records: z.array(namedRecord),
});

/** Each name moves once in each zone, and lies in the plan's domain. */
export const recordsDiffer = defineRule(named, ({ domain, hostedZone = 'the hosted zone', records }, report) => {
  const keys = records.map(({ name, zone = hostedZone }) => `${name} ${zone}`);
  const repeated = findRepeated(keys);
  for (const [index, { name, zone = hostedZone }] of records.entries()) {
    const path = ['records', index, 'name'];
    if (repeated.includes(index)) report(path, name, describeRepeatedRecord(name, zone));
    if (!isWithin(domain, name)) report(path, name, describeForeignName(name, domain));
  }
});

const ledRecord = z.object({
  name: line,
  service: line.default('the ingest'),
});

/** A listener's rule knows a name, and no zone. */
export const namesLeadToOneService = defineRule(
  z.object({
    records: z.array(ledRecord),
  }),
  ({ records }, report) => {
    for (const [index, { name, service }] of records.entries()) {
      const first = records.find((record) => record.name === name)!;
      if (first.service === service) continue;
      report(['records', index, 'service'], service, describeDividedName(name, [first.service, service]));
    }
  },
);

const targetedRecord = z.object({
  service: line.optional(),
});

/** A name leads to a service that the load balancer knows. */
export const recordsAreExposed = defineRule(
  z.object({
    records: z.array(targetedRecord),
    services: z.record(z.string(), z.looseObject({})),
  }),
  ({ records, services }, report) => {
    const known = Object.keys(services);
    for (const [index, { service }] of records.entries()) {
      const path = ['records', index, 'service'];
      if (service === undefined) continue;
      const target = services[service];
      if (!target) {
        report(path, service, describeMissingService(service, known));
      } else if (!target['expose']) {
        report(path, service, describeUnexposedService(service));
      }
    }
  },
);

const exposedService = z.looseObject({
  expose: z
    .object({
      public: z.boolean(),
      from: z.array(line).optional(),
    })
    .optional(),
});

const internetFacing = z.object({
  scheme: z.literal('internet-facing'),
});

/** A name at an internet-facing load balancer leads to a service that somebody may reach through it. */
export const recordsAreReached = defineRule(
  z.object({
    records: z.array(targetedRecord),
    loadBalancer: internetFacing,
    services: z.record(z.string(), exposedService),
  }),
  ({ records, services }, report) => {
    for (const [index, { service }] of records.entries()) {
      const path = ['records', index, 'service'];
      const expose = service === undefined ? undefined : services[service]?.expose;
      if (expose && !isRouted('internet-facing', expose)) report(path, service, describeInternalService(service!));
    }
  },
);
