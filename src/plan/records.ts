import { z } from 'zod';
import { hostName, line, port } from './formats';

/** A name that moves from the hosts to ECS. */
const recordSchema = z.strictObject({
  name: hostName,
  service: line.meta({
    description: 'The service that answers on it',
  }),
  protocol: z.enum(['https', 'http', 'tcp', 'udp']).default('https'),
  port: port.default(443),
});

/** A listener takes as many rules. Source: AWS, "Quotas for your Application Load Balancers". */
const MOST = 100;

/** The names of Route 53 that the shift moves. */
export const recordsSchema = z.array(recordSchema).min(1).max(MOST).meta({
  description: 'Every name that moves; default: grafana.<domain>',
});
