import { methodOf, type StoreRequest } from '../stores/endpoint';

/** A word of a shell script, whatever stands in it. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

const PLAIN = /^[\w./:@%+=-]+$/;

/** The same, left as it is where a shell takes it for one word: a human may have to type it. */
export const asWord = (text: string): string => (PLAIN.test(text) ? text : quoted(text));

/** A part of a word in double quotes, in which nothing is carried out. */
export const escaped = (part: string): string => part.replace(/["$`\\]/g, '\\$&');

/**
 * A command of a shell script that sends a request.
 * @param origin `http://host:port`; a `$(…)` in it is carried out: what others have written is `escaped`
 * @param options more words of curl's, each quoted where it must be
 */
export function writeCurl(origin: string, request: StoreRequest, options: string[]): string {
  const { path, body } = request;
  const json = body === undefined ? [] : ['-H', quoted('content-type: application/json'), '-d', quoted(body)];
  return ['curl -sS', ...options, '-X', methodOf(request), ...json, `"${origin}"${quoted(path)}`].join(' ');
}
