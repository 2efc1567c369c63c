import { DescribeImageScanFindingsCommand } from '@aws-sdk/client-ecr';
import type { InputOf } from '../../contract/activities';
import type { Scan } from '../../contract/images';
import { describeRepository } from '../aws/repository';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { pollUntil } from '../pacing';

const POLL_MS = 1000;
/** How ECR says that it has looked; ACTIVE goes on with every new finding. */
const DONE = ['COMPLETE', 'ACTIVE'];
const FAILED = ['FAILED', 'UNSUPPORTED_IMAGE'];
const NONE = 'NONE';

/**
 * Waits for ECR's scan of an image, `timeoutMs`
 * at most; returns how far it came.
 */
export async function awaitScan(deps: Deps, request: InputOf<'awaitScan'>): Promise<Scan> {
  const { repository, image, timeoutMs } = request;
  const [, digest] = image.split('@');
  const { imageScanningConfiguration } = await describeRepository(deps, repository);
  const scansOnPush = imageScanningConfiguration?.scanOnPush ?? false;
  const began = Date.now();
  const look = async (): Promise<Scan | undefined> => {
    const scan = await findScan(deps, repository, digest!);
    if (DONE.includes(scan.status)) return scan;
    const isHopeless = FAILED.includes(scan.status) || (scan.status === NONE && !scansOnPush);
    const isLate = Date.now() - began > timeoutMs;
    return isHopeless || isLate ? { ...scan, counts: {} } : undefined;
  };
  return pollUntil(look, POLL_MS, () => ({ repository, waiting: 'scan' }));
}

/** How far the scan is, `NONE` where there is none, with the findings so far. */
async function findScan(deps: Deps, repository: string, digest: string): Promise<Scan> {
  const { ecr } = deps.clients;
  const command = new DescribeImageScanFindingsCommand({
    repositoryName: repository,
    imageId: { imageDigest: digest },
  });
  try {
    const { imageScanStatus, imageScanFindings } = await ecr.send(command);
    const status = imageScanStatus?.status ?? NONE;
    const counts = imageScanFindings?.findingSeverityCounts ?? {};
    return { status, counts };
  } catch (error) {
    if (isAws(error, 'ScanNotFound')) return { status: NONE, counts: {} };
    throw error;
  }
}
