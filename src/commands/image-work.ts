import { contextOf, withBuilder } from '../activities/images/builder';
import { contentTag } from '../activities/images/content';
import type { Activities } from '../contract/activities';
import type { BuildRequest } from '../contract/images';
import { listBuildArguments, nameRepository } from '../plan/names';
import type { Plan } from '../plan/schema';
import { activitiesIn } from './account';
import type { ImageResult } from './results';

type ImageWork = (request: BuildRequest, activities: Activities) => Promise<ImageResult>;

/** What can be asked about a plan's images. */
export type ImageVerb = 'build' | 'push' | 'verify';

const WORK: Record<ImageVerb | 'build-changed', ImageWork> = {
  build: buildHere,
  'build-changed': buildChanged,
  push: buildAndPush,
  verify: verifyInEcr,
};

/** Does such work with the image of each of these services of the plan, side by side. */
export function handleImages(
  work: keyof typeof WORK,
  plan: Plan,
  services: string[],
  builder: BuildRequest['builder'],
): Promise<ImageResult[]> {
  const activities = activitiesIn(plan.region);
  const results = services.map((service) => {
    const request = requestOf(plan, service, builder);
    return WORK[work](request, activities);
  });
  return Promise.all(results);
}

function requestOf(plan: Plan, service: string, builder: BuildRequest['builder']): BuildRequest {
  const entry = plan.services[service]!;
  return {
    service,
    repository: nameRepository(service, entry),
    builder,
    context: plan.images.context,
    buildArguments: listBuildArguments(plan, entry),
  };
}

async function buildHere(request: BuildRequest): Promise<ImageResult> {
  const { service, repository, builder, buildArguments } = request;
  const folder = contextOf(request);
  const tag = await contentTag(folder, buildArguments);
  const name = `${repository}:${tag}`;
  await withBuilder(builder, undefined, (tool) => tool.build(folder, name, buildArguments));
  return {
    service,
    repository,
    tag,
    state: 'built',
  };
}

async function buildChanged(request: BuildRequest, activities: Activities): Promise<ImageResult> {
  const found = await verifyInEcr(request, activities);
  return found.image
    ? {
        ...found,
        state: 'unchanged',
      }
    : buildHere(request);
}

async function buildAndPush(request: BuildRequest, { buildImage }: Activities): Promise<ImageResult> {
  const { service, repository } = request;
  const { image, tag, built } = await buildImage(request);
  return {
    service,
    repository,
    tag,
    image,
    state: built ? 'built' : 'unchanged',
  };
}

async function verifyInEcr(request: BuildRequest, { verifyImage }: Activities): Promise<ImageResult> {
  const { service, repository } = request;
  const { tag, digest } = await verifyImage(request);
  const named = {
    service,
    repository,
    tag,
  };
  if (!digest)
    return {
      ...named,
      state: 'not in ECR',
    };
  return {
    ...named,
    image: `${repository}@${digest}`,
    state: 'in ECR',
  };
}
