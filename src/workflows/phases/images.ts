import { toMilliseconds } from '../../plan/duration';
import type { Plan } from '../../plan/schema';
import { failFor } from '../engine/failures';
import type { Run } from '../engine/run';
import { rest } from '../engine/timers';
import { buildImages, nameImage, resolveImage, type Images } from '../moves/images';

/** Between two looks for images that somebody else pushes. */
const PAUSE_MS = {
  first: 1000,
  longest: 60_000,
};

/** Phase 5.1 of the plan document: all images at once; `null` where somebody else pushes. */
export async function images(migration: Run): Promise<Images | null> {
  const { plan } = migration;
  return plan.images.builder === 'none' ? null : buildImages(migration, Object.keys(plan.services));
}

/**
 * The digest of every image that somebody else pushes; looks again while some are missing.
 * @throws ImagesMissing, which names them, after the plan's time
 */
export async function waitForImages(migration: Run): Promise<Images> {
  const { plan, progress } = migration;
  const found: Images = {};
  const giveUpAfter = toMilliseconds(plan.deploy.imageTimeout);
  let waitedMs = 0;
  for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS.longest)) {
    await Promise.all(listMissing(plan, found).map((name) => look(migration, name, found)));
    const missing = listMissing(plan, found)
      .map((name) => nameImage(plan, name))
      .join(', ');
    if (missing === '') return found;
    if (waitedMs >= giveUpAfter) {
      throw failFor('ImagesMissing', `no image in ${missing}; push them to ECR, then retry`);
    }
    progress.setDetail('deploy', `waiting for images: ${missing}`);
    await rest(pauseMs, `images missing in ${missing}`);
    waitedMs += pauseMs;
  }
}

const listMissing = ({ services }: Plan, found: Images): string[] =>
  Object.keys(services).filter((name) => !(name in found));

async function look(migration: Run, name: string, found: Images): Promise<void> {
  const image = await resolveImage(migration, name);
  if (image) found[name] = image;
}
