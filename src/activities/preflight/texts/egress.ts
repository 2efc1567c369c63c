/** What preflight says of security groups that keep in what has to go out. */
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import type { Finding } from '../../../contract/findings';
import { fail, warn } from '../finding';
import { EVERYWHERE, portOf, type PortRange } from '../../aws/permission';

const CHECK = 'security group';

const writeCommand = (group: SecurityGroup | undefined, port: PortRange, range: string): string =>
  `aws ec2 authorize-security-group-egress --group-id ${group?.GroupId} --ip-permissions ` +
  `IpProtocol=${port.IpProtocol},FromPort=${port.FromPort},ToPort=${port.ToPort},IpRanges=[{CidrIp=${range}}]`;

/** @param ranges those of the tasks' subnets */
export function saySomeShutIn(groups: SecurityGroup[], ports: PortRange[], ranges: string[]): Finding {
  const names = groups.map(({ GroupName }) => GroupName).join(', ');
  const told = [...new Set(ports.map(({ IpProtocol, FromPort }) => `${IpProtocol} ${FromPort}`))].join(', ');
  return fail(
    CHECK,
    `security group ${names} does not let ${told} out to the tasks in ${ranges.join(', ')}`,
    `${writeCommand(groups[0], ports[0]!, ranges[0] ?? '10.0.0.0/16')}, for each port and range`,
  );
}

export function sayTasksShutIn(group: SecurityGroup): Finding {
  return fail(
    CHECK,
    `security group ${group.GroupName} lets no HTTPS out: tasks get neither their images nor secrets, S3 and logs`,
    writeCommand(group, portOf('tcp', 443), EVERYWHERE),
  );
}

/** @param ranges to which it lets HTTPS out */
export function sayTasksHalfShutIn(group: SecurityGroup, ranges: string[]): Finding {
  return warn(
    CHECK,
    `security group ${group.GroupName} lets HTTPS out to ${ranges.join(', ') || 'other groups'} alone`,
    'see that ECR, S3, Secrets Manager and CloudWatch Logs are there: tasks do not start without them',
  );
}
