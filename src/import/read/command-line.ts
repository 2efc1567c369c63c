import type { Place, Sourced } from '../place';
import { toText } from './yaml-value';

const DOUBLE_QUOTED = /"((?:\\.|[^"])*)"/;
const SINGLE_QUOTED = /'([^']*)'/;
const BARE = /((?:\\.|[^\s"'\\])+)/;
const QUOTED = joinPatterns(DOUBLE_QUOTED, SINGLE_QUOTED);
/** Parts that stand together without a blank are one word. */
const WORD = new RegExp(`(?:${joinPatterns(QUOTED, BARE).source})+`, 'g');

function joinPatterns(...patterns: RegExp[]): RegExp {
  const sources = patterns.map((pattern) => pattern.source);
  return new RegExp(sources.join('|'), 'g');
}

/**
 * The words of `entrypoint:` or `command:`: a list, or a line that a shell would split.
 * @param placeOf the place of a list's item, or of the whole line
 */
export function readWords(value: unknown, placeOf: (...index: number[]) => Place): Sourced<string>[] {
  if (Array.isArray(value)) {
    return value.map((word, index) => ({
      value: toText(word),
      ...placeOf(index),
    }));
  }
  const line = toText(value);
  return splitWords(line).map((word) => ({
    value: word,
    ...placeOf(),
  }));
}

/** Quotes hold together what is in them. */
function splitWords(line: string): string[] {
  const words = line.match(WORD) ?? [];
  return words.map((word) => word.replace(QUOTED, unquote));
}

function unquote(_: string, double?: string, single?: string): string {
  return double ?? single ?? '';
}
