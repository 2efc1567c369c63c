import { z } from 'zod';
import { awsName, line, securityGroup, wholeNumber } from './formats';
import { RESERVED_BALANCER_NAME } from './texts';

/** Where tasks run: a VPC and subnets that exist, and security groups that are found or created. */
export const networkSchema = z.strictObject({
  vpc: line.default('main-vpc').meta({
    description: 'Name tag or id',
  }),
  privateSubnets: line.default('private-*').meta({
    description: 'Name tag, with wildcards',
  }),
  publicSubnets: line.default('public-*'),
  taskSecurityGroup: securityGroup.default('lgtm-ecs-sg'),
  loadBalancerSecurityGroup: securityGroup.default('lgtm-alb-sg'),
});

/** Names that begin so are reserved. Source: AWS, API reference of CreateLoadBalancer. */
const isFree = (name: string) => !name.startsWith('internal-');

const balancerName = awsName('load balancer name', 32).refine(isFree, RESERVED_BALANCER_NAME);

/** The Application Load Balancer that users' names lead to. */
export const loadBalancerSchema = z.strictObject({
  name: balancerName.default('lgtm-alb'),
  scheme: z.enum(['internet-facing', 'internal']).default('internet-facing'),
  deregistrationDelay: wholeNumber(0, 110).default(60).meta({
    description: 'Seconds; below the stop timeout',
  }),
});
