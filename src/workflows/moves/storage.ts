import type { StoragePlace } from '../../contract/probes';
import type { Platform } from '../../contract/platform';
import { makeEnvironment } from '../../plan/definition';
import { storeOf } from '../../stores';
import { perform } from '../engine/activities';
import { failFor } from '../engine/failures';
import type { Release } from '../engine/release';
import type { Run } from '../engine/run';
import { listStores } from './handover';
import { lookUntilRight } from './looks';
import { findProbePlace, NO_PROBE, writeProbeRemoval } from './probe';
import { tellRefusedStorage, tellStorage, tellUntriedStorage } from './storage-texts';

/** By which a store has keys of its own, and needs no role. */
const OWN_KEYS = 'AWS_ACCESS_KEY_ID';

/**
 * That a store is ready says nothing of its bucket: before any traffic a task with the stores' role puts, reads, lists
 * and deletes a key where each of them writes.
 * @throws ApplicationFailure StorageRefused: the deploy holds
 */
export async function proveStorage(
  run: Run,
  subnets: string[],
  platform: Platform,
  { images }: Pick<Release, 'images'>,
): Promise<void> {
  const places = listPlaces(run);
  if (places.length === 0) return;
  const probe = findProbePlace(run, subnets, platform, images);
  if (!probe) return run.progress.addEvent(tellUntriedStorage(NO_PROBE));
  writeProbeRemoval(run);
  const { taskRole } = platform;
  await lookUntilRight(
    () =>
      perform('checkStorage', `what S3 lets ${taskRole} do`, {
        probe: { ...probe, taskRole },
        purpose: run.facts.nextPurpose('storage'),
        places,
      }),
    ({ problems }) => problems,
    ({ problems }) => failFor('StorageRefused', tellRefusedStorage(problems)),
  );
  run.progress.addEvent(tellStorage(places));
}

/** Where the stores of the plan that have no keys of their own write, each place once. */
function listPlaces(run: Run): StoragePlace[] {
  const { plan } = run;
  return listStores(run).flatMap(({ service, store }) => {
    const environment = makeEnvironment(plan, service, 'off');
    if (OWN_KEYS in environment || OWN_KEYS in plan.services[service]!.secrets) return [];
    const { image } = storeOf(store);
    const { S3_PREFIX: main = image.prefix } = environment;
    const others = Object.values(image.readOtherPrefixes?.(environment) ?? {});
    return [...new Set([main, ...others])].map((prefix) => ({
      service,
      bucket: plan.bucket,
      prefix,
    }));
  });
}
