/** What is said of the bucket as the tasks' role sees it. */
import type { StoragePlace } from '../../contract/probes';

/** @param problems what S3 refuses, each with its reason */
export const tellRefusedStorage = (problems: string[]): string =>
  `${problems.join('; ')}; mend the role, the bucket's policy or the key's, then retry`;

export const tellStorage = (places: StoragePlace[]): string =>
  `S3 lets the tasks put, read, list and delete below ${places.map(namePlace).join(', ')}`;

const namePlace = ({ bucket, prefix }: StoragePlace): string => `s3://${bucket}/${prefix}`;

export const tellUntriedStorage = (why: string): string => `whether S3 lets the tasks write was not tried: ${why}`;
