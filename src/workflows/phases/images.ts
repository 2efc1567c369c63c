import { ApplicationFailure } from '@temporalio/workflow';
import type { Scan } from '../../contract/images';
import { milliseconds } from '../../plan/duration';
import { buildArgumentsOf, repositoryOf } from '../../plan/names';
import { SEVERITIES } from '../../plan/schema';
import type { Migration } from '../engine/migration';
import { build, call, wait } from '../engine/activities';

const LONGEST_PAUSE = 60_000;

/** Phase 5.1 of the plan document: all images at once, on a host that can build; `null` where somebody else pushes them. */
export async function images(run: Migration): Promise<Record<string, string> | null> {
  const { plan, progress } = run;
  const { builder, context } = plan.images;
  if (builder === 'none') return null;
  const services = Object.entries(plan.services);
  const done: Record<string, string> = {};
  const report = () => progress.detail('images', services.map(([name]) => `${name} ${done[name] ?? '…'}`).join('  '));
  report();
  const built = await Promise.all(
    services.map(([name, service]) =>
      run.track(
        (async () => {
          const repository = repositoryOf(name, service);
          const { image, tag, built } = await build(`build ${repository}`, {
            service: name,
            repository,
            builder,
            context,
            buildArguments: buildArgumentsOf(plan, service),
          });
          done[name] = built ? 'built' : 'unchanged';
          report();
          progress.event(`${repository}:${tag} ${done[name]}`);
          return [name, image] as const;
        })(),
      ),
    ),
  );
  return Object.fromEntries(built);
}

/** The digest of every image that somebody else pushes; looks again while some are missing, then names them. */
export async function pushedImages(run: Migration): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const until = milliseconds(run.plan.deploy.imageTimeout);
  let waited = 0;
  for (let pause = 1000; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const open = Object.entries(run.plan.services).filter(([name]) => !(name in found));
    await Promise.all(
      open.map(async ([name, service]) => {
        const repository = repositoryOf(name, service);
        const { image } = await call('resolveImage', `image in ${repository}`, {
          repository,
          ...(service.tag ? { tag: service.tag } : {}),
        });
        if (image) found[name] = image;
      }),
    );
    const missing = Object.entries(run.plan.services)
      .filter(([name]) => !(name in found))
      .map(([name, service]) => `${repositoryOf(name, service)}${service.tag ? `:${service.tag}` : ''}`);
    if (missing.length === 0) return found;
    if (waited >= until) {
      throw ApplicationFailure.nonRetryable(
        `no image in ${missing.join(', ')}; push them to ECR, then retry`,
        'ImagesMissing',
      );
    }
    run.progress.detail('deploy', `waiting for images: ${missing.join(', ')}`);
    await run.rest(pause, `images missing in ${missing.join(', ')}`);
    waited += pause;
  }
}

/** Findings worse than the plan bears hold until someone approves them or aborts; an image without a scan is only told. */
export async function scanned(run: Migration, found: Record<string, string>): Promise<void> {
  const { plan, progress } = run;
  const scans = await Promise.all(
    Object.entries(plan.services).map(async ([name, service]) => {
      const repository = repositoryOf(name, service);
      const scan = await wait('awaitScan', `scan of ${repository}`, {
        repository,
        image: found[name]!,
        timeoutMs: milliseconds(plan.images.scanTimeout),
      });
      return { repository, scan };
    }),
  );
  const without = scans.filter(({ scan }) => scan.status !== 'COMPLETE' && scan.status !== 'ACTIVE');
  if (without.length > 0)
    progress.event(
      `not scanned: ${without.map(({ repository, scan }) => `${repository} (${scan.status})`).join(', ')}`,
    );
  const worse = scans.flatMap(({ repository, scan }) => {
    const counts = worseThan(plan.images.maxSeverity, scan);
    return counts ? [`${counts} in ${repository}`] : [];
  });
  if (worse.length > 0)
    await run.approved(
      `deploy with ${worse.join(', ')}`,
      `the plan bears ${plan.images.maxSeverity} at most; rebuild and abort, or approve`,
    );
}

function worseThan(borne: (typeof SEVERITIES)[number], { counts }: Scan): string {
  return SEVERITIES.slice(SEVERITIES.indexOf(borne) + 1)
    .filter((severity) => counts[severity])
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(' and ');
}
