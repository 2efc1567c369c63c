import { DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetBucketPolicyCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import type { Finding } from '../../contract/findings';
import { fail, pass, warn } from './index';

const HOUR_MS = 3_600_000;

/** Certificate, bucket, and the signals that somebody has to publish. */
export async function accountFindings(deps: Deps, plan: Plan): Promise<Finding[]> {
  return (await Promise.all([certificate(deps, plan), bucket(deps, plan), signals(deps, plan)])).flat();
}

async function certificate({ clients: { acm } }: Deps, plan: Plan): Promise<Finding[]> {
  try {
    const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn: plan.certificate }));
    if (Certificate?.Status !== 'ISSUED')
      return [
        fail(
          'certificate',
          `the certificate is ${Certificate?.Status}, not ISSUED`,
          'finish its validation, or name another one',
        ),
      ];
    const names = [Certificate.DomainName!, ...(Certificate.SubjectAlternativeNames ?? [])];
    const hosts = [
      ...new Set([
        ...plan.records.map(({ name }) => name),
        ...Object.entries(plan.services).flatMap(([name, { expose }]) =>
          expose ? [expose.host ?? `${name}.${plan.domain}`] : [],
        ),
      ]),
    ];
    const bare = hosts.filter(
      (host) =>
        !names.some(
          (name) => name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1)),
        ),
    );
    return [
      bare.length === 0
        ? pass('certificate', `issued, covers ${hosts.join(', ')}`)
        : fail(
            'certificate',
            `the certificate for ${names.join(', ')} does not cover ${bare.join(', ')}`,
            'request one that does',
          ),
    ];
  } catch (error) {
    if (!isAws(error, 'ResourceNotFound')) throw error;
    return [
      fail(
        'certificate',
        `there is no certificate ${plan.certificate}`,
        'correct certificate; see aws acm list-certificates',
      ),
    ];
  }
}

async function bucket({ clients: { s3 } }: Deps, { bucket: Bucket }: Plan): Promise<Finding[]> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket }));
  } catch (error) {
    if (!isAws(error)) throw error;
    return [
      fail(
        'bucket',
        `bucket ${Bucket} can't be read: ${error.name}`,
        'correct bucket, or give the worker access to it',
      ),
    ];
  }
  try {
    await s3.send(new GetBucketPolicyCommand({ Bucket }));
    return [pass('bucket', `${Bucket} is there, with a policy`)];
  } catch (error) {
    if (!isAws(error, 'NoSuchBucketPolicy')) throw error;
    return [warn('bucket', `${Bucket} has no bucket policy`, 'nothing to do if the task role alone decides')];
  }
}

/** Nobody publishes LGTM/Migration by itself: a gate on a metric that is not there would hold for ever. */
async function signals({ clients: { cloudwatch } }: Deps, plan: Plan): Promise<Finding[]> {
  const custom = Object.entries(plan.analysis.signals).filter(([, { source }]) => source === 'custom');
  if (custom.length === 0) return [];
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - HOUR_MS),
      EndTime: new Date(),
      MetricDataQueries: custom.map(([, { namespace, metric, dimensions }], index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: {
            Namespace: namespace,
            MetricName: metric,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
          Period: 60,
          Stat: 'Average',
        },
      })),
    }),
  );
  return custom.map(([name, { namespace, metric }], index) => {
    const values = MetricDataResults.find(({ Id }) => Id === `m${index}`)?.Values ?? [];
    return values.length > 0
      ? pass('signal', `${name}: ${namespace} ${metric} is published`)
      : fail(
          'signal',
          `${name}: ${namespace} ${metric} has no data point in the last hour`,
          `publish it, or drop the signal with analysis.signals.${name}: null`,
        );
  });
}
