import { readFileSync } from 'node:fs';
import { COMPONENTS, publishedAs, type ComponentName } from '../../plan/components';
import { interpolate } from './interpolate';
import type { Found } from '../problem';
import type { Service } from './service';

/** The image that a service runs: its `image:`, or what the last stage of its Dockerfile is from. */
export function imageOf(service: Service): Found<string> | undefined {
  const built = service.dockerfile && baseOf(service.dockerfile.value);
  return built ? { ...service.dockerfile!, value: built } : service.image;
}

function baseOf(dockerfile: string): string | undefined {
  let lines: string[];
  try {
    lines = readFileSync(dockerfile, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const args = new Map(
    lines.flatMap((line) =>
      [...line.matchAll(/^ARG\s+(\w+)=["']?([^"'\s]*)/gi)].map(([, name, value]) => [name!, value!]),
    ),
  );
  const from = lines
    .map((line) => /^FROM\s+(?:--\S+\s+)?(\S+)/i.exec(line)?.[1])
    .filter((stage) => stage !== undefined)
    .at(-1);
  return (
    from &&
    interpolate(
      from,
      (name) => args.get(name),
      () => undefined,
    )
  );
}

/** Which of the six a service is, by its image, else by its name when the image is somebody's own build. */
export function componentOf(service: Service): ComponentName | undefined {
  const image = imageOf(service);
  const published = image && publishedAs(image.value);
  if (published) return published;
  const own =
    !image || image.value.includes('/')
      ? COMPONENTS.find((name) => service.name === name || service.name === `lgtm-${name}`)
      : undefined;
  return own;
}
