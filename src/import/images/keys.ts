import { listLeaves, type ConfigurationDocument } from './document';

/** How many keys of a configuration became what. */
export interface KeyCount {
  kept: number;
  changed: number;
  /** with a reason */
  takenOut: number;
  added: number;
  /** neither kept nor edited: there must be none */
  dropped: number;
}

/** What became of each key; a list counts once an item. */
export function compareKeys(before: ConfigurationDocument, after: ConfigurationDocument): KeyCount {
  const old = readLeaves(before);
  const now = readLeaves(after);
  const stays = [...old].filter(([key]) => now.has(key));
  const kept = stays.filter(([key, value]) => now.get(key) === value).length;
  const differs = [...old].filter(([key, value]) => now.get(key) !== value);
  const dropped = differs.filter(([key]) => !isEdited(key, after)).length;
  return {
    kept,
    changed: stays.length - kept,
    takenOut: old.size - stays.length,
    added: now.size - stays.length,
    dropped,
  };
}

/** Whether a key was edited, or something above it. */
function isEdited(key: string, { edited }: ConfigurationDocument): boolean {
  return edited.map((path) => path.join('.')).some((path) => key === path || key.startsWith(`${path}.`));
}

function readLeaves(document: ConfigurationDocument): Map<string, string> {
  const leaves = listLeaves(document.data);
  return new Map(leaves.map(({ path, value }) => [path.join('.'), JSON.stringify(value)]));
}
