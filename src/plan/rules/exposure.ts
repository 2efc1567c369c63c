import { z } from 'zod';
import { line } from '../formats';
import { isPrivateRange } from '../ranges';
import { defineRule, defineServiceRule } from './rule';
import { ADMITS_EVERYBODY, describeUnroutedRange } from './texts';

const named = z.object({ from: z.array(line) });

/** What anybody may reach is not for some. */
export const exposureIsOne = defineServiceRule(
  z.object({ expose: named.extend({ public: z.literal(true) }) }),
  ({ expose }, _, report) => report(['expose', 'from'], expose.from.join(', '), ADMITS_EVERYBODY),
);

/** Over the internet nobody comes from a private address. */
export const exposedRangesAreRouted = defineRule(
  z.object({
    loadBalancer: z.object({ scheme: z.literal('internet-facing') }),
    services: z.record(
      z.string(),
      z.looseObject({ expose: z.looseObject({ from: z.array(z.cidrv4()).optional() }).optional() }),
    ),
  }),
  ({ services }, report) => {
    for (const [name, { expose }] of Object.entries(services)) {
      for (const [index, range] of (expose?.from ?? []).entries()) {
        if (!isPrivateRange(range)) continue;
        report(['services', name, 'expose', 'from', index], range, describeUnroutedRange(range));
      }
    }
  },
);
