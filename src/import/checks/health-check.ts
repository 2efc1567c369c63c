import type { ComponentName } from '../../plan/components';
import { compareVersions, parseVersion } from '../../stores/version';
import { isStoreName, storeOf } from '../../stores';

/** What an image with a shell still has not. */
const LACKING: Partial<Record<ComponentName, RegExp>> = { alloy: /^(wget|curl|nc)$/ };
const TOOL = /^(wget|curl|nc|sh|bash|grep|test)$/;

/** A program that a health check calls and its image does not have. */
export interface MissingProgram {
  program: string;
  source?: string;
}

/**
 * The program of a health check that its image does not have.
 * @param test as Compose has it, CMD or CMD-SHELL first
 * @returns undefined when the check can run, or when nobody knows
 */
export function missingProgram(
  component: ComponentName,
  version: string | undefined,
  test: string[],
): MissingProgram | undefined {
  const [kind] = test;
  if (kind === 'NONE') return undefined;
  const programs = listPrograms(test);
  const lacking = programs.find((program) => LACKING[component]?.test(program));
  if (lacking !== undefined) return { program: lacking };
  if (!isStoreName(component)) return undefined;
  const { bareSince } = storeOf(component);
  if (isOlder(version, bareSince.version)) return undefined;
  const program = programs[0] ?? (kind === 'CMD-SHELL' ? 'sh' : undefined);
  return program === undefined
    ? undefined
    : {
        program,
        source: bareSince.source,
      };
}

/** The tools that a health check calls, in order. */
function listPrograms(test: string[]): string[] {
  const [kind, ...words] = test;
  const line = kind === 'CMD' || kind === 'CMD-SHELL' ? words : test;
  const names = line.join(' ').split(/[\s;|&]+/);
  return names.map((word) => word.split('/').at(-1)!).filter((word) => TOOL.test(word));
}

function isOlder(version: string | undefined, than: string): boolean {
  return version !== undefined && parseVersion(version) !== undefined && compareVersions(version, than) < 0;
}
