import type { Place, Sourced } from '../place';
import { toText } from './yaml-value';

const WORD = /(?:"((?:\\.|[^"])*)"|'([^']*)'|((?:\\.|[^\s"'\\])+))+/g;
const QUOTED = /"((?:\\.|[^"])*)"|'([^']*)'/g;

/**
 * The words of `entrypoint:` or `command:`: a list, or a line that a shell would split.
 * @param placeOf the place of a list's item, or of the whole line
 */
export function readWords(value: unknown, placeOf: (index?: number) => Place): Sourced<string>[] {
  if (Array.isArray(value)) return value.map((word, index) => ({ value: toText(word), ...placeOf(index) }));
  const words = splitWords(toText(value));
  return words.map((word) => ({ value: word, ...placeOf() }));
}

/** Quotes hold together what is in them. */
function splitWords(line: string): string[] {
  const words = line.match(WORD) ?? [];
  return words.map((word) => word.replace(QUOTED, (_, double?: string, single?: string) => double ?? single ?? ''));
}
