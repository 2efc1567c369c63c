import { z } from 'zod';
import type { WatchHeartbeat } from '../../contract/watch';

const countsSchema = z.object({
  failures: z.array(z.number()),
  inconclusive: z.number(),
  consecutiveSuccesses: z.number(),
  consecutiveErrors: z.number(),
  judgedUntil: z.number(),
});

const roundSchema = z.object({
  from: z.number(),
  until: z.number(),
  asked: z.number(),
  unanswered: z.number().optional(),
});

/** As far as it is relied on. */
const heartbeatSchema = z.object({
  at: z.iso.datetime(),
  since: z.number(),
  note: z.string().optional(),
  state: z.looseObject({
    verdict: z.enum(['collecting', 'passing', 'failed', 'holding']),
    counts: z.record(z.string(), countsSchema),
    measurements: z.array(z.looseObject({ signal: z.string() })),
    came: z.array(z.string()).optional(),
    absent: z.array(z.string()).optional(),
    refusals: z.array(z.string()).optional(),
    rounds: z.array(roundSchema).optional(),
  }),
});

/** What another attempt saw, perhaps of an older version; undefined when it can't be read. */
export function readHeartbeat(details: unknown): WatchHeartbeat | undefined {
  const result = heartbeatSchema.safeParse(details);
  return result.success ? (details as WatchHeartbeat) : undefined;
}
