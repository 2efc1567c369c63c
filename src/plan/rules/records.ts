import { z } from 'zod';
import { line } from '../formats';
import {
  describeForeignName,
  describeInternalService,
  describeMissingService,
  describeRepetition,
  describeUnexposedService,
} from '../texts';
import { isWithin } from '../zone';
import { defineRule, findRepeated } from './rule';

const namedRecord = z.object({ name: line });

/** Each name moves once, and lies in the plan's domain. */
export const recordsDiffer = defineRule(
  z.object({ domain: line, records: z.array(namedRecord) }),
  ({ domain, records }, report) => {
    const names = records.map(({ name }) => name);
    const repeated = findRepeated(names);
    for (const [index, name] of names.entries()) {
      const path = ['records', index, 'name'];
      if (repeated.includes(index)) report(path, name, describeRepetition(name));
      if (!isWithin(domain, name)) report(path, name, describeForeignName(name, domain));
    }
  },
);

const targetedRecord = z.object({ service: line });

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
  expose: z.object({ public: z.boolean() }).optional(),
});

const internetFacing = z.object({
  scheme: z.literal('internet-facing'),
});

/** A name at an internet-facing load balancer leads to a service that the internet may reach. */
export const recordsAreReached = defineRule(
  z.object({
    records: z.array(targetedRecord),
    loadBalancer: internetFacing,
    services: z.record(z.string(), exposedService),
  }),
  ({ records, services }, report) => {
    for (const [index, { service }] of records.entries()) {
      const path = ['records', index, 'service'];
      const isInternal = services[service]?.expose?.public === false;
      if (isInternal) report(path, service, describeInternalService(service));
    }
  },
);
