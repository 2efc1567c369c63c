import { z } from 'zod';
import { awsName, line, port, securityGroup } from './formats';
import { describeMismatch, RESERVED_BALANCER_NAME } from './texts';

/** A listener of the ingest: senders keep the port that they have, and need a name alone. */
const ingestPort = z.strictObject({
  port: port.meta({
    description: 'Where senders reach it, as on the host',
  }),
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
  service: line.meta({
    description: 'The service that answers there',
  }),
  targetPort: port.optional().meta({
    description: "Of that service's tasks; default: the same",
  }),
});

const range = z.cidrv4({
  error: ({ input }) => describeMismatch(input, 'a range of addresses; write 10.0.0.0/16'),
});

/** The name of a target group is the balancer's and a port, and has 32 characters. */
const balancerName = awsName('load balancer name', 26).refine(
  (name) => !name.startsWith('internal-'),
  RESERVED_BALANCER_NAME,
);

/** A network load balancer takes 50 listeners. Source: AWS, "Quotas for your Network Load Balancers". */
const MOST_PORTS = 50;
/** A security group takes 60 rules. Source: AWS, "Amazon VPC quotas". */
const MOST_RANGES = 60;

/** The internal Network Load Balancer that stands where the hosts stood, for senders. */
export const ingestSchema = z.strictObject({
  name: balancerName.default('lgtm-ingest'),
  securityGroup: securityGroup.default('lgtm-ingest-sg'),
  ports: z.array(ingestPort).min(1).max(MOST_PORTS).optional().meta({
    description: 'Default: every port that the hosts publish to others than themselves',
  }),
  cut: z.boolean().default(false).meta({
    description: 'true: at 100 % ask about senders whose connections the hosts still hold, and reset them',
  }),
  from: z.array(range).max(MOST_RANGES).default([]).meta({
    description: "Who may come beside those whom the hosts' security groups admit",
  }),
});

/** A port of the ingest, and where it leads. */
export interface IngestPort extends Omit<z.output<typeof ingestPort>, 'targetPort'> {
  targetPort: number;
}
