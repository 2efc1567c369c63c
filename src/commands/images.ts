import { createActivities } from '../activities';
import { createClients } from '../activities/clients';
import { contextOf, withBuilder } from '../activities/images/builder';
import { contentTag } from '../activities/images/content';
import type { BuildRequest } from '../contract/images';
import { loadPlan } from './plan-file';
import { buildArgumentsOf, repositoryOf } from '../plan/names';
import { CommandError, EXIT, print } from './output';

interface Line {
  service: string;
  repository: string;
  tag: string;
  image?: string;
  state: 'built' | 'unchanged' | 'in ECR' | 'not in ECR';
}

/**
 * `build` builds on this host without a registry; `push` builds and pushes what ECR does not hold yet, as the workflow's phase does; `verify` says what it holds
 * of the folders as they are now. Needs no Temporal. The repositories must be there.
 */
export async function images(
  verb: 'build' | 'push' | 'verify',
  { file, json }: { file: string; json?: boolean },
): Promise<number> {
  const plan = loadPlan(file);
  const { builder, context } = plan.images;
  if (builder === 'none')
    throw new CommandError(
      `${file}: images.builder is none, so there is nothing to build; set it to docker or buildah`,
      EXIT.badInput,
    );
  const activities = createActivities({ clients: createClients(plan.region), environment: process.env });
  const lines = await Promise.all(
    Object.entries(plan.services).map(async ([service, entry]): Promise<Line> => {
      const repository = repositoryOf(service, entry);
      const request: BuildRequest = {
        service,
        repository,
        builder,
        context,
        buildArguments: buildArgumentsOf(plan, entry),
      };
      if (verb === 'build') {
        const tag = await contentTag(contextOf(request), request.buildArguments);
        await withBuilder(builder, undefined, (tool) =>
          tool.build(contextOf(request), `${repository}:${tag}`, request.buildArguments),
        );
        return { service, repository, tag, state: 'built' };
      }
      if (verb === 'verify') {
        const { tag, digest } = await activities.verifyImage(request);
        return {
          service,
          repository,
          tag,
          ...(digest ? { image: `${repository}@${digest}` } : {}),
          state: digest ? 'in ECR' : 'not in ECR',
        };
      }
      const { image, tag, built } = await activities.buildImage(request);
      return { service, repository, tag, image, state: built ? 'built' : 'unchanged' };
    }),
  );
  print(
    json,
    lines,
    lines.map(
      ({ repository, tag, state, image }) =>
        `${state.padEnd(11)} ${repository}:${tag}${image ? `   ${image.slice(image.indexOf('@') + 1)}` : ''}`,
    ),
  );
  return lines.some(({ state }) => state === 'not in ECR') ? EXIT.failed : EXIT.done;
}
