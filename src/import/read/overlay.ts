import type { Port } from './ports';
import type { ComposeService } from './service';

/** How Compose lays one service over another, for `extends` and override files: by name, by port, by target. */
export function overlayService(base: ComposeService, over: ComposeService): ComposeService {
  return {
    name: over.name,
    file: over.file,
    line: over.line,
    image: over.image ?? base.image,
    dockerfile: over.dockerfile ?? base.dockerfile,
    words: over.words.length > 0 ? over.words : base.words,
    environment: new Map([...base.environment, ...over.environment]),
    ports: overlayList(base.ports, over.ports, identifyPort),
    volumes: overlayList(base.volumes, over.volumes, (volume) => volume.target),
    health: over.health ?? base.health,
    networkMode: over.networkMode ?? base.networkMode,
    replicas: over.replicas === 1 ? base.replicas : over.replicas,
    memory: over.memory ?? base.memory,
  };
}

/** Entries of both, in the order of the base; of two with one key the upper one. */
function overlayList<T>(base: T[], over: T[], keyOf: (entry: T) => string): T[] {
  const entries = new Map<string, T>();
  for (const entry of [...base, ...over]) entries.set(keyOf(entry), entry);
  return [...entries.values()];
}

function identifyPort({ address, published, target, protocol }: Port): string {
  return [address, published, target, protocol].join(' ');
}
