import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { Deps } from '../clients';
import { heartbeat } from '../pacing';

/** What lies below a prefix of a bucket. */
export interface Listing {
  count: number;
  /** when the newest was written, by S3's clock, to the second */
  newest?: string;
  /** how many were written in that very second */
  atNewest: number;
  /** there are more than were looked at */
  more: boolean;
}

/**
 * Lists a prefix by ListObjectsV2, heartbeating at each page of 1,000.
 * @param pages how many to look at; the newest is then the newest of those
 * @param enough ends the listing early
 */
export async function list(
  { clients: { s3 } }: Deps,
  bucket: string,
  prefix: string,
  { pages = Infinity, enough = () => false }: { pages?: number; enough?: (listing: Listing) => boolean } = {},
): Promise<Listing> {
  const listing: Listing = { count: 0, atNewest: 0, more: false };
  let page = 0;
  for await (const { Contents = [], IsTruncated = false } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix === '' ? '' : `${prefix}/` },
  )) {
    for (const { LastModified } of Contents) {
      const at = LastModified?.toISOString();
      listing.count++;
      if (at === undefined || (listing.newest && at < listing.newest)) continue;
      listing.atNewest = at === listing.newest ? listing.atNewest + 1 : 1;
      listing.newest = at;
    }
    heartbeat({ bucket, prefix, listed: listing.count });
    listing.more = IsTruncated && (++page >= pages || enough(listing));
    if (listing.more) break;
  }
  return listing;
}

/** Whether something was written since an earlier listing: S3's clock against itself, so that no other has to be right. */
export function written(
  before: Pick<Listing, 'newest' | 'atNewest'>,
  now: Pick<Listing, 'newest' | 'atNewest'>,
): boolean {
  if (!now.newest) return false;
  return (
    !before.newest || now.newest > before.newest || (now.newest === before.newest && now.atNewest > before.atNewest)
  );
}
