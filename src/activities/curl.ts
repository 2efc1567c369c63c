import { methodOf, type StoreRequest } from '../stores/endpoint';

/** A word of a shell script, whatever stands in it. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * A command of a shell script that sends a request.
 * @param origin `http://host:port`; a `$(…)` in it is carried out
 * @param options more words of curl's, each quoted where it must be
 */
export function writeCurl(origin: string, request: StoreRequest, options: string[]): string {
  const { path, body } = request;
  const json = body === undefined ? [] : ['-H', quoted('content-type: application/json'), '-d', quoted(body)];
  return ['curl -sS', ...options, '-X', methodOf(request), ...json, `"${origin}"${quoted(path)}`].join(' ');
}
