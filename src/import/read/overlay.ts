import type { ComposePort } from './ports';
import type { ComposeService } from './service';

/**
 * How Compose lays one service over another, for `extends` and override files: by name, by port, by target.
 * Source: Docker's docs, "Merge Compose files".
 */
export function overlayService(base: ComposeService, over: ComposeService): ComposeService {
  // one replica is what a service has that names none
  const hasReplicas = over.replicas !== 1;
  const volumes = [...base.volumes, ...over.volumes];
  return {
    ...base,
    ...overlayStart(base, over),
    name: over.name,
    file: over.file,
    line: over.line,
    image: over.image ?? base.image,
    dockerfile: over.dockerfile ?? base.dockerfile,
    build: over.build ?? base.build,
    environment: new Map([...base.environment, ...over.environment]),
    ports: keepLast([...base.ports, ...over.ports], identifyPort),
    volumes: keepLast(volumes, (volume) => volume.target),
    grants: keepLast([...base.grants, ...over.grants], (grant) => grant.target),
    profiles: [...new Set([...base.profiles, ...over.profiles])],
    health: over.health ?? base.health,
    networkMode: over.networkMode ?? base.networkMode,
    replicas: hasReplicas ? over.replicas : base.replicas,
    memory: over.memory ?? base.memory,
  };
}

/** Entrypoint and command each overrule their own kind alone. */
function overlayStart(
  base: ComposeService,
  over: ComposeService,
): Pick<ComposeService, 'entrypoint' | 'command' | 'words'> {
  const { entrypoint = base.entrypoint, command = base.command } = over;
  return {
    entrypoint,
    command,
    words: [...(entrypoint ?? []), ...(command ?? [])],
  };
}

/** Of entries with one key the last one, in the place of the first. */
function keepLast<T>(entries: T[], identify: (entry: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const entry of entries) {
    const key = identify(entry);
    byKey.set(key, entry);
  }
  return [...byKey.values()];
}

function identifyPort({ address, published, target, protocol }: ComposePort): string {
  const parts = [address, published, target, protocol];
  return parts.join(' ');
}
