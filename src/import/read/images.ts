import { COMPONENTS, publishedAs, type ComponentName } from '../../plan/components';
import type { Sourced } from '../place';
import { interpolate } from './interpolate';
import type { ComposeService } from './service';
import { readTextFile } from './text-file';

const ARGUMENT = /^ARG\s+(\w+)=["']?([^"'\s]*)/gim;
const STAGE = /^FROM\s+(?:--\S+\s+)?(\S+)/gim;

/** The image that a service runs: its `image:`, or what the last stage of its Dockerfile is from. */
export function findImage({ image, dockerfile }: ComposeService): Sourced<string> | undefined {
  const base = dockerfile && readBase(dockerfile.value);
  return base ? { ...dockerfile, value: base } : image;
}

function readBase(dockerfile: string): string | undefined {
  const text = readTextFile(dockerfile) ?? '';
  const stages = [...text.matchAll(STAGE)];
  const base = stages.at(-1)?.[1];
  if (base === undefined) return undefined;
  const defaults = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(ARGUMENT)) defaults.set(name, value);
  const ignoreMistakes = () => undefined;
  return interpolate(base, (name) => defaults.get(name), ignoreMistakes);
}

/** Which of the six a service is, by its image, else by its name when the image is somebody's own build. */
export function identifyComponent(service: ComposeService): ComponentName | undefined {
  const image = findImage(service)?.value;
  const published = image && publishedAs(image);
  if (published) return published;
  const isOwnBuild = !image || image.includes('/');
  return isOwnBuild ? findNamesake(service.name) : undefined;
}

function findNamesake(service: string): ComponentName | undefined {
  const name = service.replace(/^lgtm-/, '');
  return COMPONENTS.find((component) => component === name);
}
