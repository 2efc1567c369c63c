import { z } from 'zod';
import { COLLECTOR } from '../defaults';
import { line } from '../formats';
import { describeMissingCollector, describeRepetition } from '../texts';
import { defineRule, findRepeated } from './rule';

const sourceWithInstances = z.object({ instances: z.array(line) });

/** Each host is named once. */
export const instancesDiffer = defineRule(
  z.object({ source: sourceWithInstances }),
  ({ source: { instances } }, report) => {
    for (const index of findRepeated(instances)) {
      const id = instances[index]!;
      const path = ['source', 'instances', index];
      report(path, id, describeRepetition(id));
    }
  },
);

const dualWriting = z.object({ dualWrite: z.literal(true) });

/** Writing to the old host as well needs the service that does it. */
export const collectorIsThere = defineRule(
  z.object({
    ingestion: dualWriting,
    services: z.record(z.string(), z.unknown()),
  }),
  ({ services }, report) => {
    if (services[COLLECTOR]) return;
    const path = ['ingestion', 'dualWrite'];
    report(path, true, describeMissingCollector(COLLECTOR));
  },
);
