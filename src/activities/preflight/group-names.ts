import { paginateDescribeSecurityGroups, type SecurityGroup } from '@aws-sdk/client-ec2';
import type { Deps } from '../clients';
import { collect } from '../pages';

/** The security groups of a VPC that have one of these names. */
export function listGroupsByName({ clients }: Deps, vpcId: string, names: string[]): Promise<SecurityGroup[]> {
  const filters = [
    {
      Name: 'vpc-id',
      Values: [vpcId],
    },
    {
      Name: 'group-name',
      Values: names,
    },
  ];
  return collect(
    paginateDescribeSecurityGroups({ client: clients.ec2 }, { Filters: filters }),
    (page) => page.SecurityGroups,
  );
}
