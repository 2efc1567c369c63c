import type { Dump } from '../../../lab/emulator';
import type { Outcome, Status } from '../../../src/contract/status';
import { compare } from '../compare';
import type { Cleanup } from '../model/case';

type Entries = Record<string, unknown>;

/**
 * What stays in AWS after all was taken back, whatever we do. ECS keeps clusters, services and definitions as INACTIVE:
 * docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html, API_DeleteService.html and
 * API_DeregisterTaskDefinition.html.
 */
const KEPT_INACTIVE = ['clusters', 'services', 'taskDefinitions'] as const;
/** What we keep on purpose: the backups of hosts, and the objects that stores have written (docs/data.md). */
const BACKUPS = {
  images: {},
  snapshots: [],
};

/** How a run ended otherwise than it has to. */
export function judgeEnd({ outcome, leftovers, rollback }: Status, expected: Outcome): string[] {
  const why = rollback ? `, because ${rollback.reason}` : '';
  const problems = outcome === expected ? [] : [`ended ${outcome}, not ${expected}${why}`];
  return [...problems, ...leftovers.map((each) => `left over: ${each.what}: ${each.why}`)];
}

/** What is not as it was before. `keep`: what was made stays, and nothing of it runs. */
export function judgeGivenBack(before: Dump, found: Dump, cleanup: Cleanup): string[] {
  const after = withoutKept(before, found);
  if (cleanup === 'delete') return compare('', before, after);
  return [...compare('', before, onlyKnown(before, after)), ...listRunning(before, after)];
}

/** Where two runs that were to come to the same did not. */
export function judgeSame(expected: Dump, found: Dump): string[] {
  return compare('', withoutNames(expected), withoutNames(found));
}

/** A case's stack has a name of its own, and its run an id, which tags and policies say. */
function withoutNames(dump: Dump): Dump {
  const text = JSON.stringify(dump, (_, value: unknown) => (isOfNames(value) ? value.sort() : value));
  const names = text.replaceAll(/\bcase-\d+\b/g, 'case').replaceAll(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g, 'run');
  return JSON.parse(names) as Dump;
}

/** `<subnet private-a>`: ids come in any order. */
const isOfNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string' && /^<.+>$/.test(each));

function withoutKept(before: Dump, found: Dump): Dump {
  const kept = KEPT_INACTIVE.map((kind) => [kind, withoutInactive(before[kind], found[kind])]);
  return {
    ...found,
    ...Object.fromEntries(kept),
    ...BACKUPS,
    buckets: before['buckets'],
    files: withoutNew(before['files'], found['files']),
  } as Dump;
}

/** Nothing on EFS is ever deleted (docs/data.md): a copy of Grafana's database may stay. */
function withoutNew(before: unknown, found: unknown): unknown {
  const known = before as string[];
  return (found as string[]).filter((file) => known.includes(file));
}

function withoutInactive(before: Entries, found: Entries): Entries {
  const left = Object.entries(found).filter(
    ([name, entry]) => name in before || (entry as { status: string }).status !== 'INACTIVE',
  );
  return Object.fromEntries(left);
}

/** Of each kind what was there before. */
function onlyKnown(before: Dump, after: Dump): Dump {
  const kinds = Object.entries(after).map(([kind, entries]) => {
    const known = before[kind] as Entries;
    if (Array.isArray(entries)) return [kind, entries];
    return [kind, Object.fromEntries(Object.entries(entries as Entries).filter(([name]) => name in known))];
  });
  return Object.fromEntries(kinds) as Dump;
}

function listRunning(before: Dump, { services }: Dump): string[] {
  const ours = Object.entries(services).filter(([name]) => !(name in before.services));
  return ours.flatMap(([name, { desired, running }]) =>
    desired + running > 0 ? [`services.${name}: ${running} of ${desired} tasks run, not 0`] : [],
  );
}
