import { z } from 'zod';
import { hostedZoneId, hostName, line, port } from './formats';

/** A name that moves from the hosts to ECS. */
const recordSchema = z.strictObject({
  name: hostName,
  zone: hostedZoneId.optional().meta({
    description:
      'The hosted zone that has it, public or private; default: hostedZone. A name of two zones is two records',
  }),
  to: z.enum(['users', 'ingest']).default('users').meta({
    description: 'Who comes by it: users, whom the load balancer serves, or senders, whom the ingest does',
  }),
  service: line.optional().meta({
    description: "The service that answers on it; of a sender's name each port's own",
  }),
  protocol: z.enum(['https', 'http', 'tcp', 'udp']).default('https'),
  port: port.default(443),
  quiet: z.boolean().default(false).meta({
    description: 'true: nobody may ask for it at that hour; else a step in which nobody came to it holds',
  }),
  evaluateTargetHealth: z.boolean().default(true).meta({
    description: 'false: ECS gets its weight whatever Route 53 thinks of the balancer, as where a group on it is empty',
  }),
});

/** A listener takes as many rules. Source: AWS, "Quotas for your Application Load Balancers". */
const MOST = 100;

/** The names of Route 53 that the shift moves. */
export const recordsSchema = z.array(recordSchema).min(1).max(MOST).meta({
  description: 'Every name that moves; default: grafana.<domain>',
});
