import type { DeployInput } from '../../contract/deployments';
import { failFor } from '../engine/failures';
import type { Run } from '../engine/run';
import { buildImages, nameImage, resolveImage, type Images } from '../moves/images';
import { listServices } from './check';
import { tellImagesMissing } from './texts';

/** The image of each service: pushed before, built now, or ECR's. */
export async function findImages(run: Run, input: DeployInput): Promise<Images> {
  const { plan, progress } = run;
  const services = listServices(input);
  if (input.images) {
    progress.setDetail('images', 'pushed before');
    return input.images;
  }
  if (plan.images.builder !== 'none') return buildImages(run, services);
  const found = await Promise.all(services.map((name) => resolveImage(run, name)));
  const missing = services.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) {
    const names = missing.map((name) => nameImage(plan, name));
    throw failFor('ImagesMissing', tellImagesMissing(names));
  }
  progress.setDetail('images', "ECR's newest, or the plan's tag");
  return Object.fromEntries(services.map((name, index) => [name, found[index]!]));
}
