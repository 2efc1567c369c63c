/** What preflight says of how tasks reach AWS. */
import type { SecurityGroup, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { Finding } from '../../../contract/findings';
import { fail, pass, warn } from '../finding';

const CHECK = 'way out';

export function sayWayOut(): Finding {
  return pass(CHECK, 'the private subnets reach ECR, S3 and logs');
}

export function sayNoWayOut(subnets: string[], services: string[]): Finding {
  const missing = `no route to a NAT gateway and no endpoint that serves ${services.join(', ')}`;
  return fail(
    CHECK,
    `${subnets.join(', ')} have ${missing}`,
    'add a NAT gateway and its route, or these VPC endpoints: interfaces with private DNS names, and of S3 a gateway ' +
      'in the route tables of these subnets',
  );
}

/** @param names by which services are asked, each in a private zone of the VPC */
export function sayEndpointsElsewhere(subnets: string[], names: string[]): Finding {
  return warn(
    CHECK,
    `${subnets.join(', ')} have no route out, and private zones answer for ${names.join(', ')}`,
    'see that tasks reach what these lead to: they do not start without it',
  );
}

/** @param ranges of the subnets that its groups keep out */
export function sayEndpointShut(
  { VpcEndpointId, ServiceName }: VpcEndpoint,
  groups: SecurityGroup[],
  ranges: string[],
): Finding {
  const [group] = groups;
  return fail(
    CHECK,
    `endpoint ${VpcEndpointId} takes what is asked of ${ServiceName}, and its security group ` +
      `${groups.map(({ GroupName }) => GroupName).join(', ')} does not let HTTPS in from ${ranges.join(', ')}`,
    `aws ec2 authorize-security-group-ingress --group-id ${group?.GroupId} --protocol tcp --port 443 --cidr ${ranges[0]}` +
      ', for each range',
  );
}

/** Source: AWS, "Amazon VPC pricing", NAT gateway; "Gateway endpoints for Amazon S3". */
export function sayNoS3Endpoint(subnets: string[]): Finding {
  return warn(
    CHECK,
    `${subnets.join(', ')} reach S3 by a NAT gateway: AWS charges each GB that stores write and read there`,
    'a gateway endpoint for S3 in their route tables costs nothing (aws ec2 create-vpc-endpoint)',
  );
}
