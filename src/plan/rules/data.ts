import { z } from 'zod';
import { defineRule } from './rule';
import { describeNoStore } from './texts';

const withStore = z.object({ store: z.string().optional() });

/** A gap is one of a store. */
export const gapsAreOfStores = defineRule(
  z.object({
    data: z.object({ maxGaps: z.record(z.string(), z.unknown()).default({}) }).prefault({}),
    services: z.record(z.string(), withStore),
  }),
  ({ data, services }, report) => {
    const stores = Object.keys(services).filter((name) => services[name]!.store !== undefined);
    for (const [service, gap] of Object.entries(data.maxGaps)) {
      if (!stores.includes(service)) report(['data', 'maxGaps', service], gap, describeNoStore(service, stores));
    }
  },
);
