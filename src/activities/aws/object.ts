import { paginateListObjectsV2, type _Object } from '@aws-sdk/client-s3';
import type { Deps } from '../clients';
import { heartbeat } from '../pacing';

/** What lies below a prefix of a bucket. */
export interface Listing {
  count: number;
  /** when the newest was written (ISO), by S3's clock, to the second */
  newest?: string;
  /** how many were written in that very second */
  atNewest: number;
  /** there are more than were looked at */
  more: boolean;
}

interface ListingLimits {
  /** how many pages of 1,000 to look at; the newest is then the newest of those */
  pages?: number;
  /** ends the listing early */
  enough?: (listing: Listing) => boolean;
}

/** Lists the objects of a prefix by ListObjectsV2. */
export async function listObjects(
  deps: Deps,
  bucket: string,
  prefix: string,
  { pages = Infinity, enough = () => false }: ListingLimits = {},
): Promise<Listing> {
  const { s3 } = deps.clients;
  const folder = prefix === '' ? '' : `${prefix}/`;
  const listing: Listing = {
    count: 0,
    atNewest: 0,
    more: false,
  };
  let page = 0;
  const results = paginateListObjectsV2(
    { client: s3 },
    {
      Bucket: bucket,
      Prefix: folder,
    },
  );
  for await (const { Contents, IsTruncated } of results) {
    page++;
    addObjects(listing, Contents);
    heartbeat({
      bucket,
      prefix,
      listed: listing.count,
    });
    const isEnough = page >= pages || enough(listing);
    listing.more = IsTruncated === true && isEnough;
    if (listing.more) break;
  }
  return listing;
}

function addObjects(listing: Listing, objects: _Object[] = []): void {
  for (const entry of objects) addObject(listing, entry);
}

function addObject(listing: Listing, { LastModified }: _Object): void {
  listing.count++;
  const writtenAt = LastModified?.toISOString();
  if (writtenAt === undefined) return;
  if (listing.newest && writtenAt < listing.newest) return;
  listing.atNewest = writtenAt === listing.newest ? listing.atNewest + 1 : 1;
  listing.newest = writtenAt;
}

type NewestObjects = Pick<Listing, 'newest' | 'atNewest'>;

/**
 * Whether something was written since an earlier listing: S3's
 * clock against itself, so that no other has to be right.
 */
export function hasNewObjects(before: NewestObjects, after: NewestObjects): boolean {
  if (!after.newest) return false;
  if (!before.newest || after.newest > before.newest) return true;
  return after.newest === before.newest && after.atNewest > before.atNewest;
}
