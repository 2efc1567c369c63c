import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import { isInS3 } from '../../stores/backend';
import { warn } from './finding';
import type { StoreHoldings } from './holding';
import { FIX_TOO_LARGE, fixTaskDisk, sayTaskDisk } from './texts/data';

const KB_PER_GB = 1024 ** 2;
/** GiB of a task that names none, and the most. Source: AWS, "Fargate task ephemeral storage". */
const DEFAULT_GB = 20;
const MOST_GB = 200;
/** A WAL that is replayed, and blocks that are compacted, stand beside their source; the image lies there too. */
const GROWTH = 1.5;
const IMAGE_GB = 2;

/**
 * What a store has on a host's disk beside what S3 has (WAL, head, caches), its task will have on its own.
 */
export function judgeTaskDisks(stores: StoreHoldings[], services: Plan['services']): Finding[] {
  return stores.flatMap((store) => judgeTaskDisk(store, services[store.service]?.ephemeralStorage));
}

function judgeTaskDisk(store: StoreHoldings, planned = DEFAULT_GB): Finding[] {
  const { backends, folders } = store;
  const [main] = backends;
  if (!main || !isInS3(main)) return [];
  const used = folders.reduce((sum, { kb = 0 }) => sum + kb, 0);
  const needed = Math.ceil((used / KB_PER_GB) * GROWTH) + IMAGE_GB;
  if (needed <= planned) return [];
  const fix = needed <= MOST_GB ? fixTaskDisk(store.service, needed) : FIX_TOO_LARGE;
  return [warn('disk', sayTaskDisk(store, planned), fix)];
}
