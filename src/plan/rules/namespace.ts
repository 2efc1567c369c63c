import { z } from 'zod';
import { line } from '../formats';
import { describeShadowingNamespace } from '../texts';
import { isWithin } from '../zone';
import { defineRule } from './rule';

const named = z.object({ name: line });

const exposed = z.looseObject({
  expose: z.object({ host: line.optional() }).optional(),
});

/**
 * The namespace becomes a private zone of the VPC, which answers for every name below it: what only a public zone has
 * is not there any more for whoever asks inside. Source: AWS, "Considerations when working with a private hosted zone".
 */
export const namespaceHidesNothing = defineRule(
  z.object({
    namespace: line,
    domain: line,
    records: z.array(named),
    services: z.record(z.string(), exposed),
  }),
  ({ namespace, domain, records, services }, report) => {
    const hosts = Object.entries(services).flatMap(([service, { expose }]) => {
      return expose ? [expose.host ?? `${service}.${domain}`] : [];
    });
    const names = [domain, ...records.map(({ name }) => name), ...hosts];
    const hidden = [...new Set(names)].filter((name) => isWithin(namespace, name));
    if (hidden.length > 0) report(['namespace'], namespace, describeShadowingNamespace(namespace, hidden));
  },
);
