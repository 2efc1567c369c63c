import { z } from 'zod';
import { hostName } from './formats';

/** Whether telemetry that ECS takes in reaches the old host as well. */
export const ingestionSchema = z.strictObject({
  dualWrite: z.boolean().default(false).meta({
    description: 'While the hosts run, Alloy on ECS writes to the old host as well',
  }),
  oldHost: z.union([z.ipv4(), hostName]).optional().meta({
    description: 'Where the old stores answer; default: the private address of the first host',
  }),
});
