import type { Plan } from '../../plan/schema';
import type { Arns } from './arns';
import { EXECUTION_POLICY } from '../aws/role';
import { beside, change, look, lookAs, type Need } from './need';

/** Roles, secrets, the bucket, the certificate and what CloudWatch measures. */
export function listAccountNeeds(plan: Plan, arns: Arns): Need[] {
  const needs = [
    look('acm', 'DescribeCertificate', {
      on: [plan.certificate],
    }),
    look('cloudwatch', 'DescribeAlarms GetMetricData'),
    lookAs('s3', 'HeadBucket ListObjectsV2', 'ListBucket', {
      on: arns.buckets(),
    }),
    look('s3', 'GetBucketPolicy', {
      on: arns.buckets(),
    }),
    lookAs('s3', 'GetBucketEncryption', 'GetEncryptionConfiguration', {
      on: arns.buckets(),
    }),
    ...listRoleNeeds(arns),
    ...listSecretNeeds(plan, arns),
  ];
  return plan.cleanup === 'delete' ? [...needs, ...listCleanup(plan, arns)] : needs;
}

/** Under which name the worker acts no plan says: IAM is asked about whoever that is. */
function listRoleNeeds(arns: Arns): Need[] {
  const on = arns.planRoles();
  const attaching = { ArnEquals: { 'iam:PolicyARN': EXECUTION_POLICY } };
  return [
    look('iam', 'GetRole', {
      on: arns.everywhere('iam', 'account', 'role/*'),
    }),
    look('iam', 'SimulatePrincipalPolicy', {
      on: arns.everywhere('iam', 'account', 'role/*', 'user/*'),
    }),
    look('iam', 'ListAttachedRolePolicies ListRolePolicies GetRolePolicy', {
      on,
    }),
    change('iam', 'CreateRole PutRolePolicy DeleteRolePolicy', {
      on,
    }),
    change('iam', 'AttachRolePolicy', {
      on,
      where: attaching,
    }),
    beside('iam', 'TagRole', {
      on,
    }),
  ];
}

function listSecretNeeds({ secrets }: Plan, arns: Arns): Need[] {
  const on = arns.secrets();
  if (secrets.length === 0) return [];
  return [
    look('secretsmanager', 'DescribeSecret GetSecretValue', {
      on,
    }),
    change('secretsmanager', 'CreateSecret', {
      on,
    }),
    beside('secretsmanager', 'TagResource', {
      on,
    }),
  ];
}

function listCleanup({ secrets }: Plan, arns: Arns): Need[] {
  const ofRoles = change('iam', 'DetachRolePolicy DeleteRole', {
    on: arns.planRoles(),
  });
  const ofSecrets = change('secretsmanager', 'DeleteSecret', {
    on: arns.secrets(),
  });
  return secrets.length > 0 ? [ofRoles, ofSecrets] : [ofRoles];
}
