import { INLINE_POLICY } from '../../aws/role-policy';
import { findRefusedAction, writeStatement } from '../../failures';
import type { Statement } from '../../permissions/policies';
/**
 * What preflight says of the account: identity, certificate, bucket, signals, quota,
 * alarms, permissions and roles.
 */
import type { Finding } from '../../../contract/findings';
import type { Grant } from '../../aws/policy';

import { fail, pass, warn } from '../finding';

/**
 * Service Quotas' name of Fargate's On-Demand vCPUs; a new account has 6 (AWS General
 * Reference, ECS quotas).
 */
const FARGATE_VCPUS = '--service-code fargate --quota-code L-3032A538';
/** Alarms that a finding names. */
const ALARMS_NAMED = 5;

export function sayAccount(account: string, region: string): Finding {
  return pass('account', `account ${account}, region ${region}`);
}

export function sayOtherAccount(account: string, wanted: string): Finding {
  return fail(
    'account',
    `this is account ${account}, the plan is for ${wanted}`,
    'use the credentials of that account, or change account in the plan',
  );
}

export function sayOtherRegion(region: string, wanted: string): Finding {
  return fail(
    'region',
    `the worker acts in ${region}, the plan is for ${wanted}`,
    `start the worker with AWS_REGION=${wanted}, or correct region in the plan`,
  );
}

export function sayCertificateCovers(hosts: string[]): Finding {
  return pass('certificate', `issued, covers ${hosts.join(', ')}`);
}

export function sayCertificateNotIssued(status: string | undefined): Finding {
  return fail('certificate', `the certificate is ${status}, not ISSUED`, 'finish its validation, or name another one');
}

export function sayCertificateTooNarrow(names: string[], uncovered: string[]): Finding {
  return fail(
    'certificate',
    `the certificate for ${names.join(', ')} does not cover ${uncovered.join(', ')}`,
    'request one that does',
  );
}

export function sayNoCertificate(arn: string): Finding {
  return fail('certificate', `there is no certificate ${arn}`, 'correct certificate; see aws acm list-certificates');
}

export function sayBucket(bucket: string): Finding {
  return pass('bucket', `${bucket} is there, with a policy`);
}

export function sayBucketUnreadable(bucket: string, reason: string): Finding {
  return fail('bucket', `bucket ${bucket} can't be read: ${reason}`, 'correct bucket, or give the worker access to it');
}

export function sayBucketDenied(bucket: string, statement: string): Finding {
  return fail(
    'bucket',
    `bucket ${bucket} can't be read: s3:ListBucket on arn:aws:s3:::${bucket} is denied`,
    `add ${statement} to the worker's role; or correct bucket, it may be somebody else's`,
  );
}

export function sayBucketWithoutPolicy(bucket: string): Finding {
  return warn('bucket', `${bucket} has no bucket policy`, 'nothing to do if the task role alone decides');
}

/** @param encryption S3's name of the algorithm, and the key where it is one of KMS */
export function sayEncryption(bucket: string, encryption: string): Finding {
  return pass('bucket', `${bucket} encrypts by default: ${encryption}`);
}

export function sayEncryptionUnknown(bucket: string, why: string, statement: string): Finding {
  const message = `how ${bucket} encrypts by default is not known: ${why}`;
  return warn('bucket', message, `add ${statement} to the worker's role`);
}

/** @param metric namespace and name */
export function saySignalPublished(signal: string, metric: string): Finding {
  return pass('signal', `${signal}: ${metric} is published`);
}

export function saySignalSilent(signal: string, metric: string): Finding {
  return fail(
    'signal',
    `${signal}: ${metric} has no data point in the last hour`,
    `publish it, or drop the signal with analysis.signals.${signal}: null`,
  );
}

/**
 * Fargate's vCPUs: of the account, in use, and those that the plan adds, at once and while
 * a service rolls.
 */
export interface Vcpus {
  quota: number;
  used: number;
  needed: number;
  rolling: number;
}

export function sayQuotaUnknown({ used, needed, rolling }: Omit<Vcpus, 'quota'>): Finding {
  const unknown = "the account's quota is not known to CloudWatch (nothing ran on Fargate), a new account has 6";
  const look = `look at aws service-quotas get-service-quota ${FARGATE_VCPUS}`;
  return warn(
    'quota',
    `the plan needs ${needed} Fargate vCPUs; ${unknown}`,
    `${look}; if it is less: ${requestQuota(used + needed + rolling)}`,
  );
}

export function sayQuotaSuffices(vcpus: Vcpus): Finding {
  return pass('quota', describeVcpus(vcpus));
}

export function sayQuotaTooSmall(vcpus: Vcpus): Finding {
  return fail('quota', describeVcpus(vcpus), requestWhatIsNeeded(vcpus));
}

export function sayQuotaTooSmallToRoll(vcpus: Vcpus): Finding {
  const message = `${describeVcpus(vcpus)} and ${vcpus.rolling} more while a service rolls`;
  return warn('quota', message, requestWhatIsNeeded(vcpus));
}

function describeVcpus({ quota, used, needed }: Vcpus): string {
  return `Fargate vCPUs: quota ${quota}, ${used} in use, the plan needs ${needed}`;
}

function requestWhatIsNeeded({ used, needed, rolling }: Vcpus): string {
  return requestQuota(used + needed + rolling);
}

function requestQuota(vcpus: number): string {
  const command = 'aws service-quotas request-service-quota-increase';
  return `${command} ${FARGATE_VCPUS} --desired-value ${Math.ceil(vcpus)}`;
}

export function sayNoAlarm(): Finding {
  return pass('alarms', 'no alarm is red');
}

export function sayAlarms(red: string[]): Finding {
  const named = red.slice(0, ALARMS_NAMED).join(', ');
  const more = red.length > ALARMS_NAMED ? ' …' : '';
  const are = red.length === 1 ? '1 alarm is' : `${red.length} alarms are`;
  return warn(
    'alarms',
    `${are} red already: ${named}${more}`,
    'find out why before the start: afterwards nobody can tell what the move has done',
  );
}

/** What AWS says where it names no action is all that is known. */
export function sayReadDenied(error: Error): Finding {
  const refused = findRefusedAction(error);
  const what = refused ? `${refused.action} on ${refused.resource} is denied` : error.message;
  const fix = refused ? `add ${writeStatement(refused)} to the role` : 'compare its policies with the printed ones';
  return fail(
    'read',
    `${what}: what depends on it was not looked at`,
    `${fix}, then look again; lgtm-migrate permissions --for preflight prints all that is read`,
  );
}

export function sayAlarmsUnreadable(error: Error): Finding {
  const refused = findRefusedAction(error);
  const fix = refused ? `add ${writeStatement(refused)} to the role` : 'allow cloudwatch:DescribeAlarms';
  return warn('alarms', "alarms can't be read", `look at them before the start, or ${fix}`);
}

export function sayAllowed(identity: string, actions: number): Finding {
  return pass('permissions', `${identity} may call the ${actions} actions of a run`);
}

export function sayDenied(identity: string, actions: string): Finding {
  return fail(
    'permissions',
    `${identity} is denied ${actions}`,
    'take the deny out of its policies, its boundary or the organization',
  );
}

export function sayNotAllowed(identity: string, statement: Statement): Finding {
  const { Action: actions, Resource: resources } = statement;
  return warn(
    'permissions',
    `${identity} is not allowed ${actions.join(', ')} on ${resources.join(', ')}`,
    `add ${JSON.stringify(statement)} to its policies; a phase holds for a retry where one is missing`,
  );
}

export function sayRootUser(): Finding {
  return warn('permissions', 'the worker acts as the account itself', 'give it a role of its own');
}

export function sayPermissionsUnknown(identity: string, error: Error): Finding {
  const refused = findRefusedAction(error);
  const fix = refused ? `add ${writeStatement(refused)} to the worker's role` : 'look again';
  return warn(
    'permissions',
    `IAM does not say what ${identity || 'the worker'} may do: ${error.name}`,
    `${fix}, or compare its policies with those that lgtm-migrate permissions prints`,
  );
}

export function sayRoleSuffices(role: string): Finding {
  return pass('role', `role ${role} is adopted, with all it needs`);
}

export function sayRoleNotAssumable(role: string): Finding {
  return fail(
    'role',
    `role ${role} can't be assumed by ecs-tasks.amazonaws.com`,
    `add it to the role's trust policy, or name another role`,
  );
}

export function sayRoleLacks(role: string, missing: Grant[], policies: number): Finding {
  const grants = missing.map(({ Action, Resource }) => `${Action.join(', ')} on ${Resource.join(', ')}`);
  const addition = `they are added as inline policy ${INLINE_POLICY} and taken off on the way back`;
  return warn(
    'role',
    `role ${role} is adopted and its inline policies do not allow ${grants.join('; ')}`,
    `nothing to do: ${addition}; its ${policies} inline policies stay`,
  );
}
