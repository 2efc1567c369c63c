import type { Backend } from '../../stores/backend';
import type { Listing } from '../aws/object';
import type { StoreSetup } from '../host/stores';
import type { Folder } from './disks';

/** A place where a store keeps data, and what was seen there. */
export interface HeldBackend extends Backend {
  /** of a filesystem */
  local?: Folder;
  /** of S3 */
  listing?: Listing;
  /** why S3 did not list it */
  refused?: string;
  /** of a policy, where it is a permission that is missing */
  statement?: string;
}

/** What one store was found to keep, and where. */
export interface StoreHoldings {
  instanceId: string;
  service: string;
  /** the first holds the data itself */
  backends: HeldBackend[];
  /** writable folders of its containers: WAL, head and caches where the backend is S3 */
  folders: Folder[];
  /** what else has to be the same on ECS */
  setup?: Pick<StoreSetup, 'tenant' | 'periods'>;
  /** why it could not be asked */
  silent?: string;
}

/** A writable volume of a container that is none of the six. */
export interface Volume extends Folder {
  instanceId: string;
  service: string;
  destination: string;
}
