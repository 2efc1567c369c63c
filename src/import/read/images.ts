import { COMPONENTS, publishedAs, type ComponentName } from '../../plan/components';
import type { Sourced } from '../place';
import { interpolate } from './interpolate';
import type { ComposeService } from './service';
import { readTextFile } from './text-file';

/** `ARG NAME=default`, the default in quotes or not. */
const ARGUMENT = /^ARG\s+(\w+)=["']?([^"'\s]*)/gim;
/** `FROM [--platform=…] image`. */
const STAGE = /^FROM\s+(?:--\S+\s+)?(\S+)/gim;

/** The image that a service runs: its `image:`, or what the last stage of its Dockerfile is from. */
export function findImage({ image, dockerfile }: ComposeService): Sourced<string> | undefined {
  if (!dockerfile) return image;
  const base = readBase(dockerfile.value);
  return base
    ? {
        ...dockerfile,
        value: base,
      }
    : image;
}

/** @param path of the Dockerfile, which may not be in the folder */
function readBase(path: string): string | undefined {
  const text = readTextFile(path) ?? '';
  const stages = [...text.matchAll(STAGE)];
  const [, base] = stages.at(-1) ?? [];
  if (base === undefined) return undefined;
  const defaults = readArguments(text);
  const ignoreMistakes = () => undefined;
  return interpolate(base, (name) => defaults.get(name), ignoreMistakes);
}

function readArguments(dockerfile: string): Map<string, string> {
  const defaults = new Map<string, string>();
  for (const match of dockerfile.matchAll(ARGUMENT)) {
    const [, name = '', value = ''] = match;
    defaults.set(name, value);
  }
  return defaults;
}

/**
 * Which of the six a service is, by its image;
 * by its name when the image is somebody's own build.
 */
export function identifyComponent(service: ComposeService): ComponentName | undefined {
  const image = findImage(service)?.value;
  if (!image) return findNamesake(service.name);
  const published = publishedAs(image);
  if (published) return published;
  const isOwnBuild = image.includes('/');
  return isOwnBuild ? findNamesake(service.name) : undefined;
}

function findNamesake(service: string): ComponentName | undefined {
  const name = service.replace(/^lgtm-/, '');
  return COMPONENTS.find((component) => component === name);
}
