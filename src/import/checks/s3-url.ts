import type { Storage } from '../read/stores';

/** `s3://bucket/prefix`: two storages with the same one write among each other's objects. */
export function formatS3Url({ bucket = '?', prefix }: Storage): string {
  return `s3://${bucket}/${prefix}`;
}
