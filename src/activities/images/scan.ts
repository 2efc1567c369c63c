import { DescribeImageScanFindingsCommand, type DescribeImageScanFindingsCommandOutput } from '@aws-sdk/client-ecr';
import type { InputOf } from '../../contract/activities';
import type { Scan } from '../../contract/images';
import { describeRepository } from '../aws/repository';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { pollUntil } from '../pacing';

const POLL_MS = 1000;
/**
 * How ECR says that it has looked: ACTIVE is a scan that goes on with every new finding.
 */
const DONE = ['COMPLETE', 'ACTIVE'];
const FAILED = ['FAILED', 'UNSUPPORTED_IMAGE'];
const NONE = 'NONE';

/**
 * Waits for ECR's scan of an image, `timeoutMs`
 * at most; returns how far it came. Heartbeats.
 */
export async function awaitScan(deps: Deps, request: InputOf<'awaitScan'>): Promise<Scan> {
  const { repository, image, timeoutMs } = request;
  const [, digest] = image.split('@');
  const { imageScanningConfiguration } = await describeRepository(deps, repository);
  const scansOnPush = imageScanningConfiguration?.scanOnPush ?? false;
  const began = Date.now();
  const look = async (): Promise<Scan | undefined> => {
    const output = await findScan(deps, repository, digest!);
    const status = output?.imageScanStatus?.status ?? NONE;
    if (DONE.includes(status)) return { status, counts: output?.imageScanFindings?.findingSeverityCounts ?? {} };
    const isHopeless = FAILED.includes(status) || (status === NONE && !scansOnPush);
    const isLate = Date.now() - began > timeoutMs;
    return isHopeless || isLate ? { status, counts: {} } : undefined;
  };
  return pollUntil(look, POLL_MS, () => ({ repository, waiting: 'scan' }));
}

async function findScan(
  deps: Deps,
  repository: string,
  digest: string,
): Promise<DescribeImageScanFindingsCommandOutput | undefined> {
  const { ecr } = deps.clients;
  try {
    return await ecr.send(
      new DescribeImageScanFindingsCommand({ repositoryName: repository, imageId: { imageDigest: digest } }),
    );
  } catch (error) {
    if (isAws(error, 'ScanNotFound')) return undefined;
    throw error;
  }
}
