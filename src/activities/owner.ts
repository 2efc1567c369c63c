import type { Owner, Ownership } from '../contract/resources';

export const MIGRATION_TAG = 'lgtm-migrate:migration';
export const RUN_TAG = 'lgtm-migrate:run';

/** The two tags that say whose a resource is, in the case that most of AWS uses. */
export function tagsOf(owner: Owner): { Key: string; Value: string }[] {
  return [
    { Key: MIGRATION_TAG, Value: owner.migration },
    { Key: RUN_TAG, Value: owner.run },
  ];
}

/** The same for ECS, which writes them small. */
export function smallTagsOf(owner: Owner): { key: string; value: string }[] {
  return tagsOf(owner).map(({ Key, Value }) => ({ key: Key, value: Value }));
}

type Tag = {
  Key?: string | undefined;
  Value?: string | undefined;
  key?: string | undefined;
  value?: string | undefined;
};

function valueOf(tags: readonly Tag[] | Record<string, string> | undefined, wanted: string): string | undefined {
  if (!tags) return undefined;
  if (!Array.isArray(tags)) return (tags as Record<string, string>)[wanted];
  const tag = (tags as Tag[]).find(({ Key, key }) => (Key ?? key) === wanted);
  return tag?.Value ?? tag?.value;
}

/** `created` is what carries this run's tag, which a lost reply doesn't change; all else was there. */
export function ownershipOf(tags: readonly Tag[] | Record<string, string> | undefined, owner: Owner): Ownership {
  return valueOf(tags, RUN_TAG) === owner.run ? 'created' : 'adopted';
}

/** Whether this migration made it, in this run or one before: what an undo may change. */
export function isOurs(tags: readonly Tag[] | Record<string, string> | undefined, owner: Owner): boolean {
  return valueOf(tags, MIGRATION_TAG) === owner.migration;
}
