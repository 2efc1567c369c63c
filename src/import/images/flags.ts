import type { Sourced } from '../place';

/** A flag of a command line, as its words stand. */
export interface Flag extends Sourced<string | undefined> {
  name: string;
}

const SHELLS = /(^|\/)(ba|da|a)?sh$/;
const FLAG = /^--?([\w.-]+)(?:=([\s\S]*))?$/;

/** Whether a command is a script, whose flags are not to be seen. */
export function isScript(words: Sourced<string>[]): boolean {
  return words.some(({ value }) => SHELLS.test(value));
}

/** The flags among the words of a command; a word behind one that has no value is its value. */
export function readFlags(words: Sourced<string>[]): Flag[] {
  return words.flatMap(({ value: word, file, line }, index) => {
    const [, name, given] = FLAG.exec(word) ?? [];
    if (name === undefined) return [];
    const next = words[index + 1]?.value;
    const isValue = given === undefined && next !== undefined && !next.startsWith('-');
    return [
      {
        name,
        value: isValue ? next : given,
        file,
        line,
      },
    ];
  });
}

/** One word that says the same. */
export function writeFlag({ name, value }: Pick<Flag, 'name' | 'value'>): string {
  return value === undefined ? `-${name}` : `-${name}=${value}`;
}

/** @param pattern the name of a flag, `*` for any part of it */
export function matchesFlag({ name }: Flag, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${parts.join('[\\w.-]*')}$`).test(name);
}
