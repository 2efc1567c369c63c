import {
  AuthorizeSecurityGroupIngressCommand,
  CreateImageCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DisassociateAddressCommand,
  ModifyInstanceAttributeCommand,
  RevokeSecurityGroupIngressCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Change } from './account';

const OWNER = { Key: 'owner', Value: 'somebody' };
const TRUST =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}';
const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}';
const MANAGED = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
const PERMISSION = {
  IpProtocol: 'tcp',
  FromPort: 1,
  ToPort: 1,
  IpRanges: [{ CidrIp: '10.0.0.0/16' }],
};

/** Of hosts, roles and secrets: each changes one attribute, on what the ones before have left. */
export const HOST_CHANGES: Change[] = [
  [
    'CreateSecurityGroup: another',
    (account) =>
      account.clients.ec2.send(
        new CreateSecurityGroupCommand({
          GroupName: 'other',
          Description: 'other',
          VpcId: account.world.vpcId,
        }),
      ),
  ],
  [
    'AuthorizeSecurityGroupIngress: a port',
    (account) =>
      account.clients.ec2.send(
        new AuthorizeSecurityGroupIngressCommand({ GroupId: account.group, IpPermissions: [PERMISSION] }),
      ),
  ],
  [
    'AuthorizeSecurityGroupIngress: a source',
    (account) =>
      account.clients.ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: account.group,
          IpPermissions: [{ ...PERMISSION, IpRanges: [{ CidrIp: '10.1.0.0/16' }] }],
        }),
      ),
  ],
  [
    'AuthorizeSecurityGroupIngress: a group',
    (account) =>
      account.clients.ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: account.group,
          IpPermissions: [{ ...PERMISSION, IpRanges: [], UserIdGroupPairs: [{ GroupId: account.group }] }],
        }),
      ),
  ],
  [
    'AuthorizeSecurityGroupIngress: a description',
    (account) =>
      account.clients.ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: account.group,
          IpPermissions: [
            { ...PERMISSION, FromPort: 2, ToPort: 2, IpRanges: [{ CidrIp: '10.0.0.0/16', Description: 'somebody' }] },
          ],
        }),
      ),
  ],
  [
    'RevokeSecurityGroupIngress',
    (account) =>
      account.clients.ec2.send(
        new RevokeSecurityGroupIngressCommand({ GroupId: account.group, IpPermissions: [PERMISSION] }),
      ),
  ],
  [
    'CreateTags: of a security group',
    (account) => account.clients.ec2.send(new CreateTagsCommand({ Resources: [account.group], Tags: [OWNER] })),
  ],
  [
    'DeleteTags: of a security group',
    (account) => account.clients.ec2.send(new DeleteTagsCommand({ Resources: [account.group], Tags: [OWNER] })),
  ],
  [
    'CreateTags: of an instance',
    (account) => account.clients.ec2.send(new CreateTagsCommand({ Resources: [account.instance], Tags: [OWNER] })),
  ],
  [
    'CreateTags: of an image',
    (account) => account.clients.ec2.send(new CreateTagsCommand({ Resources: [account.image], Tags: [OWNER] })),
  ],
  [
    'CreateTags: of a snapshot',
    (account) =>
      account.clients.ec2.send(
        new CreateTagsCommand({
          Resources: [account.snapshot],
          Tags: [OWNER],
        }),
      ),
  ],
  [
    'CreateImage: another',
    (account) =>
      account.clients.ec2.send(
        new CreateImageCommand({
          InstanceId: account.instance,
          Name: 'other',
        }),
      ),
  ],
  [
    'ModifyInstanceAttribute: a check',
    (account) =>
      account.clients.ec2.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: account.instance,
          SourceDestCheck: { Value: false },
        }),
      ),
  ],
  [
    'StopInstances',
    (account) => account.clients.ec2.send(new StopInstancesCommand({ InstanceIds: [account.instance] })),
  ],
  [
    'DisassociateAddress',
    (account) => account.clients.ec2.send(new DisassociateAddressCommand({ PublicIp: account.world.eip })),
  ],
  [
    'TerminateInstances',
    (account) => account.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [account.instance] })),
  ],
  ['DeregisterImage', (account) => account.clients.ec2.send(new DeregisterImageCommand({ ImageId: account.image }))],
  [
    'DeleteSnapshot',
    (account) => account.clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId: account.snapshot })),
  ],
  [
    'CreateRole: another',
    (account) =>
      account.clients.iam.send(
        new CreateRoleCommand({
          RoleName: 'other',
          AssumeRolePolicyDocument: TRUST,
        }),
      ),
  ],
  [
    'UpdateAssumeRolePolicy: its trust',
    (account) =>
      account.clients.iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: 'lgtmTaskRole',
          PolicyDocument: TRUST,
        }),
      ),
  ],
  [
    'PutRolePolicy: its content',
    (account) =>
      account.clients.iam.send(
        new PutRolePolicyCommand({
          RoleName: 'lgtmTaskRole',
          PolicyName: 'S3Access',
          PolicyDocument: POLICY,
        }),
      ),
  ],
  [
    'AttachRolePolicy',
    (account) =>
      account.clients.iam.send(
        new AttachRolePolicyCommand({
          RoleName: 'lgtmTaskRole',
          PolicyArn: MANAGED,
        }),
      ),
  ],
  [
    'DetachRolePolicy',
    (account) =>
      account.clients.iam.send(
        new DetachRolePolicyCommand({
          RoleName: 'lgtmTaskRole',
          PolicyArn: MANAGED,
        }),
      ),
  ],
  [
    'TagRole',
    (account) =>
      account.clients.iam.send(
        new TagRoleCommand({
          RoleName: 'lgtmTaskRole',
          Tags: [OWNER],
        }),
      ),
  ],
  [
    'DeleteRolePolicy',
    (account) =>
      account.clients.iam.send(
        new DeleteRolePolicyCommand({
          RoleName: 'lgtmTaskRole',
          PolicyName: 'S3Access',
        }),
      ),
  ],
  ['DeleteRole', (account) => account.clients.iam.send(new DeleteRoleCommand({ RoleName: 'other' }))],
  [
    'CreateSecret: another',
    (account) =>
      account.clients.secrets.send(
        new CreateSecretCommand({
          Name: 'other',
          SecretString: 'a',
        }),
      ),
  ],
  [
    'PutSecretValue: that it was set',
    (account) =>
      account.clients.secrets.send(
        new PutSecretValueCommand({
          SecretId: 'other',
          SecretString: 'b',
        }),
      ),
  ],
  [
    'TagResource: of a secret',
    (account) =>
      account.clients.secrets.send(
        new TagResourceCommand({
          SecretId: 'other',
          Tags: [OWNER],
        }),
      ),
  ],
  [
    'DeleteSecret: its state',
    (account) => account.clients.secrets.send(new DeleteSecretCommand({ SecretId: 'other' })),
  ],
  [
    'DeleteSecurityGroup',
    (account) => account.clients.ec2.send(new DeleteSecurityGroupCommand({ GroupId: account.spareGroup })),
  ],
];
