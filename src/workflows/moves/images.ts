import type { Scan } from '../../contract/images';
import { toMilliseconds } from '../../plan/duration';
import { listBuildArguments, nameRepository } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { SEVERITIES } from '../../plan/severities';
import { perform } from '../engine/activities';
import { holdUntilApproval } from '../engine/hold';
import type { Run } from '../engine/run';

/** service → `<uri>@sha256:…` */
export type Images = Record<string, string>;

/** Builds and pushes what ECR does not hold, all at once, on a host that can build. */
export async function buildImages(run: Run, services: string[]): Promise<Images> {
  const states: Record<string, string> = {};
  const show = () => {
    const shown = services.map((name) => `${name} ${states[name] ?? '…'}`);
    run.progress.setDetail('images', shown.join('  '));
  };
  show();
  const building = services.map(async (service) => {
    const { image, built } = await run.effects.track(buildImage(run, service));
    states[service] = built ? 'built' : 'unchanged';
    show();
    return [service, image] as const;
  });
  return Object.fromEntries(await Promise.all(building));
}

async function buildImage({ plan, progress }: Run, service: string): Promise<{ image: string; built: boolean }> {
  const entry = plan.services[service]!;
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
  progress.addEvent(`${repository}:${tag} ${built ? 'built' : 'unchanged'}`);
  return {
    image,
    built,
  };
}

/** The digest of what somebody else pushed; undefined: ECR holds none. */
export async function resolveImage({ plan }: Run, name: string): Promise<string | undefined> {
  const service = plan.services[name]!;
  const repository = nameRepository(name, service);
  const tag = service.tag ? { tag: service.tag } : {};
  const { image } = await perform('resolveImage', `image in ${repository}`, {
    repository,
    ...tag,
  });
  return image;
}

/** `lgtm-mimir:3.2.1` */
export function nameImage({ services }: Plan, name: string): string {
  const service = services[name]!;
  return [nameRepository(name, service), service.tag].filter(Boolean).join(':');
}

interface RepositoryScan {
  repository: string;
  scan: Scan;
}

/** Findings worse than the plan tolerates hold until someone approves them or aborts; no scan is only told. */
export async function judgeScans(run: Run, found: Images): Promise<void> {
  const { plan, progress } = run;
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
  await holdUntilApproval(run, {
    what: `deploy with ${worse.join(', ')}`,
    reason,
  });
}

function awaitScans(plan: Plan, found: Images): Promise<RepositoryScan[]> {
  const timeoutMs = toMilliseconds(plan.images.scanTimeout);
  // in the plan's order, in whatever order they were found
  const names = Object.keys(plan.services).filter((name) => name in found);
  const scanning = names.map(async (name) => {
    const repository = nameRepository(name, plan.services[name]!);
    const request = {
      repository,
      image: found[name]!,
      timeoutMs,
    };
    return {
      repository,
      scan: await perform('awaitScan', `scan of ${repository}`, request),
    };
  });
  return Promise.all(scanning);
}

/** `2 HIGH and 1 CRITICAL`; empty where nothing is worse */
function countWorse(tolerated: (typeof SEVERITIES)[number], { counts }: Scan): string {
  const worse = SEVERITIES.slice(SEVERITIES.indexOf(tolerated) + 1);
  const found = worse.filter((severity) => counts[severity]);
  return found.map((severity) => `${counts[severity]} ${severity}`).join(' and ');
}
