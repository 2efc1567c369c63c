import { readFileSync } from 'node:fs';
import { interpolate } from './interpolate';
import type { Found } from './problem';
import type { Service } from './service';
import { COMPONENTS, parseVersion, type ComponentName } from './versions';

/** Repository names that Grafana Labs publishes a component under. */
const REPOSITORIES: Record<string, ComponentName> = {
  ...Object.fromEntries(COMPONENTS.map((name) => [name, name])),
  'mimir-alpine': 'mimir', 'grafana-oss': 'grafana', 'grafana-enterprise': 'grafana',
};

/** Repository and tag of an image reference; a digest is left aside. */
export function parseImage(reference: string): { repository: string; tag?: string } {
  const [whole] = reference.split('@') as [string];
  const [, repository, tag] = /^(.*?)(?::([^:/]+))?$/.exec(whole)!;
  return { repository: repository!, ...(tag ? { tag } : {}) };
}

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
  const args = new Map(lines.flatMap((line) => [...line.matchAll(/^ARG\s+(\w+)=["']?([^"'\s]*)/gi)].map(([, name, value]) => [name!, value!])));
  const from = lines.map((line) => /^FROM\s+(?:--\S+\s+)?(\S+)/i.exec(line)?.[1]).filter((stage) => stage !== undefined).at(-1);
  return from && interpolate(from, (name) => args.get(name), () => undefined);
}

/** Which of the six a service is, by its image, else by its name when the image is somebody's own build. */
export function componentOf(service: Service): ComponentName | undefined {
  const image = imageOf(service);
  const last = image && parseImage(image.value).repository.split('/').at(-1)!;
  if (last && last in REPOSITORIES) return REPOSITORIES[last];
  const own = !image || image.value.includes('/') ? COMPONENTS.find((name) => service.name === name || service.name === `lgtm-${name}`) : undefined;
  return own;
}

/** The version of a tag that stays what it is; undefined for latest, main, 3 or 3.2. */
export function versionOf(image: string | undefined): string | undefined {
  const tag = image && parseImage(image).tag;
  return tag && parseVersion(tag) ? tag : undefined;
}
