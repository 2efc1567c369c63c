import { COMPONENTS, publishedAs, type ComponentName } from '../../plan/components';
import { isStoreName, storeOf } from '../../stores';
import type { Sourced } from '../place';
import { readBuild, type BuiltImage } from './dockerfile';
import type { ComposeService } from './service';

/** The image that a service runs: its `image:`, or what its Dockerfile is from or copies a component's program of. */
export function findImage(service: ComposeService): Sourced<string> | undefined {
  const { image, dockerfile } = service;
  const built = findBuilt(service);
  if (!dockerfile || !built) return image;
  const published = built.images.find((name) => publishedAs(name));
  const [base] = built.images;
  const value = published ?? base;
  return value
    ? {
        ...dockerfile,
        value,
      }
    : image;
}

function findBuilt({ build }: ComposeService): BuiltImage | undefined {
  return build && readBuild(build);
}

/**
 * Which of the six a service is, by its image;
 * by its name, or by the program that it starts, when the image is somebody's own build.
 */
export function identifyComponent(service: ComposeService): ComponentName | undefined {
  const image = findImage(service)?.value;
  const published = image && publishedAs(image);
  if (published) return published;
  const isOwnBuild = !image || image.includes('/') || service.build !== undefined;
  return isOwnBuild ? (findNamesake(service.name) ?? findProgram(service)) : undefined;
}

function findNamesake(service: string): ComponentName | undefined {
  const name = service.replace(/^lgtm-/, '');
  return COMPONENTS.find((component) => component === name);
}

/** `/usr/bin/loki` is Loki. */
function findProgram(service: ComposeService): ComponentName | undefined {
  const words = service.entrypoint?.map(({ value }) => value) ?? findBuilt(service)?.entrypoint ?? [];
  const programs = words.map((word) => word.split('/').at(-1));
  return COMPONENTS.find((component) => programs.includes(component));
}

/**
 * A service with the words that its image is started with, where Compose gives none of its own.
 * Source: Compose Specification, "command" and "entrypoint": an entrypoint of Compose takes the image's command away.
 */
export function completeWords(name: ComponentName, service: ComposeService): ComposeService {
  const built = findBuilt(service);
  const own = (words: string[] = []) => words.map((value) => placeWord(value, service));
  const entrypoint = service.entrypoint ?? own(built?.entrypoint);
  const byDefault = service.entrypoint ? [] : own(built?.command ?? findShippedCommand(name));
  const command = service.command ?? byDefault;
  return {
    ...service,
    words: [...entrypoint, ...command],
  };
}

function findShippedCommand(name: ComponentName): string[] {
  const path = isStoreName(name) ? storeOf(name).shipped?.path : undefined;
  return path === undefined ? [] : [`-config.file=${path}`];
}

function placeWord(value: string, { file, line }: ComposeService): Sourced<string> {
  return {
    value,
    file,
    line,
  };
}
