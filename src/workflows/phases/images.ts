import type { Scan } from '../../contract/images';
import { toMilliseconds } from '../../plan/duration';
import { listBuildArguments, nameRepository } from '../../plan/names';
import { SEVERITIES, type Plan } from '../../plan/schema';
import { perform } from '../engine/activities';
import { failFor } from '../engine/failures';
import { holdUntilApproval } from '../engine/hold';
import type { Run } from '../engine/run';
import { rest } from '../engine/timers';

/** Between two looks for images that somebody else pushes. */
const PAUSE_MS = { first: 1000, longest: 60_000 };

/** service → `<uri>@sha256:…` */
export type Images = Record<string, string>;

type Service = Plan['services'][string];

/** Phase 5.1 of the plan document: all images at once, on a host that can build; `null` where somebody else pushes. */
export async function images(migration: Run): Promise<Images | null> {
  const { plan, effects } = migration;
  if (plan.images.builder === 'none') return null;
  const states: Record<string, string> = {};
  showStates(migration, states);
  const building = Object.entries(plan.services).map(([service, entry]) =>
    effects.track(buildImage(migration, service, entry, states)),
  );
  return Object.fromEntries(await Promise.all(building));
}

async function buildImage(
  migration: Run,
  service: string,
  entry: Service,
  states: Record<string, string>,
): Promise<[service: string, image: string]> {
  const { plan, progress } = migration;
  const { builder, context } = plan.images as { builder: 'docker' | 'buildah'; context: string };
  const repository = nameRepository(service, entry);
  const buildArguments = listBuildArguments(plan, entry);
  const request = {
    service,
    repository,
    builder,
    context,
    buildArguments,
  };
  const { image, tag, built } = await perform('buildImage', `build ${repository}`, request);
  const state = built ? 'built' : 'unchanged';
  states[service] = state;
  showStates(migration, states);
  progress.addEvent(`${repository}:${tag} ${state}`);
  return [service, image];
}

function showStates({ plan, progress }: Run, states: Record<string, string>): void {
  const shown = Object.keys(plan.services).map((name) => `${name} ${states[name] ?? '…'}`);
  progress.setDetail('images', shown.join('  '));
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
    await Promise.all(listMissing(plan, found).map((entry) => resolveImage(entry, found)));
    const missing = listMissing(plan, found).map(describeImage).join(', ');
    if (missing === '') return found;
    if (waitedMs >= giveUpAfter) {
      throw failFor('ImagesMissing', `no image in ${missing}; push them to ECR, then retry`);
    }
    progress.setDetail('deploy', `waiting for images: ${missing}`);
    await rest(pauseMs, `images missing in ${missing}`);
    waitedMs += pauseMs;
  }
}

const listMissing = (plan: Plan, found: Images): [string, Service][] =>
  Object.entries(plan.services).filter(([name]) => !(name in found));

const describeImage = ([name, service]: [string, Service]): string =>
  [nameRepository(name, service), service.tag].filter(Boolean).join(':');

async function resolveImage([name, service]: [string, Service], found: Images): Promise<void> {
  const repository = nameRepository(name, service);
  const tag = service.tag ? { tag: service.tag } : {};
  const { image } = await perform('resolveImage', `image in ${repository}`, { repository, ...tag });
  if (image) found[name] = image;
}

interface RepositoryScan {
  repository: string;
  scan: Scan;
}

/** Findings worse than the plan tolerates hold until someone approves them or aborts; no scan is only told. */
export async function judgeScans(migration: Run, found: Images): Promise<void> {
  const { plan, progress } = migration;
  const { maxSeverity } = plan.images;
  const scans = await awaitScans(plan, found);
  const unscanned = scans.filter(({ scan }) => scan.status !== 'COMPLETE' && scan.status !== 'ACTIVE');
  if (unscanned.length > 0) {
    const names = unscanned.map(({ repository, scan }) => `${repository} (${scan.status})`);
    progress.addEvent(`not scanned: ${names.join(', ')}`);
  }
  const worse = scans.flatMap(({ repository, scan }) => {
    const counts = countWorse(maxSeverity, scan);
    return counts ? [`${counts} in ${repository}`] : [];
  });
  if (worse.length === 0) return;
  const reason = `the plan tolerates ${maxSeverity} at most; rebuild and abort, or approve`;
  await holdUntilApproval(migration, { what: `deploy with ${worse.join(', ')}`, reason });
}

function awaitScans(plan: Plan, found: Images): Promise<RepositoryScan[]> {
  const timeoutMs = toMilliseconds(plan.images.scanTimeout);
  const scanning = Object.entries(plan.services).map(async ([name, service]) => {
    const repository = nameRepository(name, service);
    const request = {
      repository,
      image: found[name]!,
      timeoutMs,
    };
    return { repository, scan: await perform('awaitScan', `scan of ${repository}`, request) };
  });
  return Promise.all(scanning);
}

/** `2 HIGH and 1 CRITICAL`; empty where nothing is worse */
function countWorse(tolerated: (typeof SEVERITIES)[number], { counts }: Scan): string {
  const worse = SEVERITIES.slice(SEVERITIES.indexOf(tolerated) + 1);
  const found = worse.filter((severity) => counts[severity]);
  return found.map((severity) => `${counts[severity]} ${severity}`).join(' and ');
}
