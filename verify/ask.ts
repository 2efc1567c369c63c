import { request as send } from 'node:http';
import { methodOf, type StoreRequest } from '../src/stores/endpoint';

/** As curl received it. */
export interface Answer {
  /** 0: the connection ended without an answer */
  status: number;
  headers: string;
  /** what was said instead, where there was no answer */
  body: string;
}

/** Longer than any of them writes, so that a cut answer is theirs and not ours. */
const TIMEOUT_MS = 180_000;

/** Asks a program what the product would, as curl does: `Accept: *\/*` unless something else is said. */
export function ask(url: string, request: StoreRequest, headers = {}): Promise<Answer> {
  const { path, body } = request;
  const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
  return new Promise((resolve) => {
    const options = {
      method: methodOf(request),
      headers: {
        Accept: '*/*',
        ...json,
        ...headers,
      },
      agent: false,
      timeout: TIMEOUT_MS,
    };
    const fail = ({ message }: Error) =>
      resolve({
        status: 0,
        headers: '',
        body: message,
      });
    const asked = send(`${url}${path}`, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('error', fail);
      response.once('end', () => {
        const pairs = pairUp(response.rawHeaders)
          .filter(isTheirs)
          .map(([name, value]) => `${name}: ${value}`);
        const first = `HTTP/${response.httpVersion} ${response.statusCode} ${response.statusMessage}`;
        resolve({
          status: response.statusCode!,
          headers: [first, ...pairs, '', ''].join('\n'),
          body: text,
        });
      });
    });
    asked.once('error', fail);
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    asked.end(body);
  });
}

/** We let each connection end. */
const isTheirs = ([name]: [name: string, value: string]): boolean => name !== 'Connection';

function pairUp(list: string[]): [name: string, value: string][] {
  return list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1]!]] : []));
}
