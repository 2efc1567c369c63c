import { z } from 'zod';
import { hostName, port } from './formats';

/** A name that moves from the hosts to ECS. */
const recordSchema = z.strictObject({
  name: hostName,
  service: z.string().meta({
    description: 'The service that answers on it',
  }),
  protocol: z.enum(['https', 'http', 'tcp', 'udp']).default('https'),
  port: port.default(443),
});

/** The names of Route 53 that the shift moves. */
export const recordsSchema = z.array(recordSchema).min(1).meta({
  description: 'Every name that moves; default: grafana.<domain>',
});
