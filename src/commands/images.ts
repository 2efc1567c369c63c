import type { Command } from 'commander';
import { addCommand, exitWith, FILE_OPTION, JSON_OPTION, type PlanFileOptions } from './command';
import type { ImageVerb } from './image-work';
import { EXIT, InputError, print } from './output';
import { nothingToBuild } from './texts';

/** What can be asked about a plan's images. */
const DESCRIPTIONS: Record<ImageVerb, string> = {
  build: 'build the images on this host',
  push: 'build and push what ECR does not hold',
  verify: 'whether ECR holds the images of the folders as they are',
};

interface ImageOptions extends PlanFileOptions {
  service?: string[];
  changed?: boolean;
}

export function registerImages(program: Command): void {
  const images = addCommand(program, {
    usage: 'images',
    description: 'build, push and verify the images of a plan',
    example: 'images verify -f migration.yaml',
  });
  registerVerb(images, 'build').option('--changed', 'what ECR does not hold yet; asks AWS');
  registerVerb(images, 'push');
  registerVerb(images, 'verify');
}

function registerVerb(images: Command, verb: ImageVerb): Command {
  return addCommand(images, {
    usage: verb,
    description: DESCRIPTIONS[verb],
    example: `images ${verb} -f migration.yaml`,
  })
    .option(...FILE_OPTION)
    .option('--service <names...>', 'those of these services only; default: all of the plan')
    .option(...JSON_OPTION)
    .action(exitWith((options: ImageOptions) => runImages(verb, options)));
}

/**
 * `build` builds on this host without a registry, with `--changed` what ECR does not hold yet; `push` builds
 * that and pushes it, as the workflow's phase does; `verify` says what ECR holds of the folders as they are now.
 * Needs no Temporal; the repositories must be there.
 */
async function runImages(verb: ImageVerb, { file, json, service, changed = false }: ImageOptions): Promise<number> {
  const { loadPlan, requireServices } = await import('./plan-file.js');
  const { handleImages } = await import('./image-work.js');
  const { describeImage } = await import('./results.js');
  const plan = loadPlan(file);
  const services = service ?? Object.keys(plan.services);
  requireServices(plan, file, services);
  const { builder } = plan.images;
  if (builder === 'none') throw new InputError(nothingToBuild(file));
  const work = changed ? 'build-changed' : verb;
  const results = await handleImages(work, plan, [...new Set(services)], builder);
  print(json, results, results.map(describeImage));
  const isMissing = results.some(({ state }) => state === 'not in ECR');
  return isMissing ? EXIT.failed : EXIT.done;
}
