import type { FargateEdit } from '../../stores/fargate';
import type { Sourced } from '../place';
import { findOverruled, type EditTarget } from './edits';
import { readFlags, writeFlag, type Flag } from './flags';
import { moveUrls, type listNeighbours } from './neighbours';
import { isKeyFlag, isSecretSetting, nameVariable } from './secrets';
import { FRAME_FLAG, KEY_IS_OUT } from './texts';

/** What became of the flags of a command. */
export interface CarriedFlags {
  /** in the image's command */
  words: string[];
  /** lines of its entrypoint that add what only the task knows */
  switches: string[];
  kept: Flag[];
  takenOut: { name: string; why: string }[];
  /** variables of those that are secrets */
  secrets: string[];
}

/** Of these the frame has its own. */
const FRAME = /^config\.(file|expand-env)$/;

/** Flags stay flags, but for those that set what is changed. */
export function carryFlags(
  words: Sourced<string>[],
  edits: FargateEdit[],
  target: EditTarget,
  neighbours: ReturnType<typeof listNeighbours>,
): CarriedFlags {
  const carried: CarriedFlags = {
    words: [],
    switches: [],
    kept: [],
    takenOut: [],
    secrets: [],
  };
  for (const flag of readFlags(words)) {
    const why = refuseFlag(flag, edits, target);
    if (why === undefined) keepFlag(flag, carried, target, neighbours);
    else
      carried.takenOut.push({
        name: flag.name,
        why,
      });
  }
  return carried;
}

function refuseFlag(flag: Flag, edits: FargateEdit[], target: EditTarget): string | undefined {
  if (FRAME.test(flag.name)) return FRAME_FLAG;
  if (isKeyFlag(flag)) return KEY_IS_OUT;
  return findOverruled(flag, edits, target)?.why;
}

function keepFlag(
  flag: Flag,
  carried: CarriedFlags,
  { name }: EditTarget,
  neighbours: ReturnType<typeof listNeighbours>,
): void {
  const value = flag.value ?? '';
  if (isSecretSetting(flag.name, value)) {
    const variable = nameVariable(name, flag.name);
    carried.secrets.push(variable);
    carried.switches.push(`set -- "$@" "-${flag.name}=$${variable}"`);
    return;
  }
  carried.kept.push(flag);
  const moved = moveUrls(value, neighbours, '\0');
  if (moved === value) carried.words.push(writeFlag(flag));
  else carried.switches.push(`set -- "$@" ${quote(`-${flag.name}=${moved}`)}`);
}

/** For a shell, with the domain in the place of its mark. */
function quote(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "'\\''")}'`);
  return parts.join('"$DOMAIN"');
}
