import type { Command } from 'commander';
import { addCommand, exitWith, FILE_OPTION, JSON_OPTION, type PlanFileOptions } from './command';
import { EXIT, InputError, print } from './output';
import { nothingToBuild } from './texts';

/** What can be asked about a plan's images. */
const IMAGE_VERBS = {
  build: 'build the images on this host',
  push: 'build and push what ECR does not hold',
  verify: 'whether ECR holds the images of the folders as they are',
} as const;
export type ImageVerb = keyof typeof IMAGE_VERBS;

export function registerImages(program: Command): void {
  const images = addCommand(program, {
    usage: 'images',
    description: 'build, push and verify the images of a plan',
    example: 'images verify -f migration.yaml',
  });
  const verbs = Object.keys(IMAGE_VERBS) as ImageVerb[];
  for (const verb of verbs) registerVerb(images, verb);
}

function registerVerb(images: Command, verb: ImageVerb): void {
  addCommand(images, {
    usage: verb,
    description: IMAGE_VERBS[verb],
    example: `images ${verb} -f migration.yaml`,
  })
    .option(...FILE_OPTION)
    .option(...JSON_OPTION)
    .action(exitWith((options: PlanFileOptions) => runImages(verb, options)));
}

/**
 * `build` builds on this host without a registry; `push` builds and pushes what ECR does not hold yet, as the
 * workflow's phase does; `verify` says what it holds of the folders as they are now. Needs no Temporal; the
 * repositories must be there.
 */
async function runImages(verb: ImageVerb, { file, json }: PlanFileOptions): Promise<number> {
  const { loadPlan } = await import('./plan-file.js');
  const { handleImages } = await import('./image-work.js');
  const { describeImage } = await import('./results.js');
  const plan = loadPlan(file);
  const { builder } = plan.images;
  if (builder === 'none') throw new InputError(nothingToBuild(file));
  const results = await handleImages(verb, plan, builder);
  print(json, results, results.map(describeImage));
  const isMissing = results.some(({ state }) => state === 'not in ECR');
  return isMissing ? EXIT.failed : EXIT.done;
}
