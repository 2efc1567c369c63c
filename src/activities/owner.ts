import { createHash } from 'node:crypto';
import type { Owner, Ownership } from '../contract/resources';

export const MIGRATION_TAG = 'lgtm-migrate:migration';
export const RUN_TAG = 'lgtm-migrate:run';

/** A tag as AWS's services write it: most with capitals, ECS in small letters. */
interface Tag {
  Key?: string | undefined;
  Value?: string | undefined;
  key?: string | undefined;
  value?: string | undefined;
}

/** A resource's tags; CloudWatch Logs gives an object instead of a list. */
type Tags = readonly Tag[] | Record<string, string> | undefined;

/** The two tags that say whose a resource is, in the case that most of AWS uses. */
export function tagsOf(owner: Owner): { Key: string; Value: string }[] {
  return [
    { Key: MIGRATION_TAG, Value: owner.migration },
    { Key: RUN_TAG, Value: owner.run },
  ];
}

/** The same for ECS, which writes `key` and `value` small. */
export function ecsTagsOf(owner: Owner): { key: string; value: string }[] {
  return [
    {
      key: MIGRATION_TAG,
      value: owner.migration,
    },
    {
      key: RUN_TAG,
      value: owner.run,
    },
  ];
}

/**
 * `created` is what carries this run's tag, which
 * a lost reply doesn't change; all else was there.
 */
export function ownershipOf(tags: Tags, owner: Owner): Ownership {
  return findValue(tags, RUN_TAG) === owner.run ? 'created' : 'adopted';
}

/** Whether this migration made it, in this run or one before: what an undo may change. */
export function isOurs(tags: Tags, owner: Owner): boolean {
  return findValue(tags, MIGRATION_TAG) === owner.migration;
}

/** The run that made it, by its tag. */
export function findRun(tags: Tags): string | undefined {
  return findValue(tags, RUN_TAG);
}

function findValue(tags: Tags, wanted: string): string | undefined {
  if (!tags) return undefined;
  if (!isList(tags)) return tags[wanted];
  const tag = tags.find(({ Key, key }) => (Key ?? key) === wanted);
  return tag?.Value ?? tag?.value;
}

/** Array.isArray narrows no readonly array. */
function isList(tags: readonly Tag[] | Record<string, string>): tags is readonly Tag[] {
  return Array.isArray(tags);
}

/** ECS's clientToken; Cloud Map's CreatorRequestId may have 64. Source: AWS, API references of CreateService of both. */
const LONGEST_TOKEN = 36;

/**
 * The token by which ECS and Cloud Map know a repeated call of this run;
 * it has 36 characters at most, and a run's first 18 tell it apart. A subject for which there is no room is told from others
 * by its digest.
 */
export function buildToken({ run }: Owner, subject: string): string {
  const token = `${run.slice(0, 18)}-${subject}`;
  if (token.length <= LONGEST_TOKEN) return token;
  const digest = createHash('sha256').update(subject).digest('hex');
  return `${run.slice(0, 18)}-${digest}`.slice(0, LONGEST_TOKEN);
}
