import type { IpPermission } from '@aws-sdk/client-ec2';

/** Every address. */
export const EVERYWHERE = '0.0.0.0/0';

/** A protocol and a range of ports. */
export type PortRange = Pick<IpPermission, 'IpProtocol' | 'FromPort' | 'ToPort'>;

const LAST_PORT = 65_535;
/** EC2's word for any protocol; such a permission names no ports. */
const ANY_PROTOCOL = '-1';

/** One port. */
export const portOf = (protocol: 'tcp' | 'udp', port: number): PortRange => ({
  IpProtocol: protocol,
  FromPort: port,
  ToPort: port,
});

/** Whether a security group's permission is for these ports, or for a range around them. */
export function coversPorts(permission: PortRange, wanted: PortRange): boolean {
  const { IpProtocol, FromPort = 0, ToPort = LAST_PORT } = permission;
  if (IpProtocol === ANY_PROTOCOL) return true;
  if (IpProtocol !== wanted.IpProtocol) return false;
  return FromPort <= wanted.FromPort! && ToPort >= wanted.ToPort!;
}
