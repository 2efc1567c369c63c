import { z } from 'zod';
import { describeSpot } from './texts';
import { defineRule } from './rule';

const SPOT = 'FARGATE_SPOT';

const service = z.object({
  count: z.number(),
  store: z.string().optional(),
  capacity: z.record(
    z.string(),
    z.object({
      weight: z.number(),
      base: z.number(),
    }),
  ),
});

type Service = z.output<typeof service>;

const mayBeOnSpot = ({ capacity }: Service): boolean => {
  const { weight = 0, base = 0 } = capacity[SPOT] ?? {};
  return weight > 0 || base > 0;
};

/**
 * Spot takes a task away with two minutes' warning, whenever AWS needs it: only what keeps nothing, and runs twice, can
 * spare one. Source: AWS, "Amazon ECS clusters for Fargate", on termination notices of Fargate Spot.
 */
export const spotSparesTasks = defineRule(
  z.object({
    grafana: z.object({
      service: z.string(),
      database: z.string(),
    }),
    services: z.record(z.string(), z.unknown()),
  }),
  ({ grafana, services }, report) => {
    for (const [name, found] of Object.entries(services)) {
      const parsed = service.safeParse(found);
      if (!parsed.success || !mayBeOnSpot(parsed.data)) continue;
      const reason = describeSpot(name, {
        isGrafana: name === grafana.service,
        isShared: grafana.database === 'shared',
        isStore: parsed.data.store !== undefined,
        count: parsed.data.count,
      });
      if (reason !== undefined) report(['services', name, 'capacity', SPOT], SPOT, reason);
    }
  },
);
