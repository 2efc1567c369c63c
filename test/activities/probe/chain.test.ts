import { spawnSync } from 'node:child_process';
import { createQuestions, readAnswers, writeScript } from '../../../src/activities/probe/script';
import { STORE_NAMES, storeOf } from '../../../src/stores';
import { listAnswers } from '../../stores/answers';

/** A curl that answers each path with a word of its own. */
const CURL = `curl() {
  for word in "$@"; do case $word in http*) url=$word;; *answer*) mark=$word;; esac; done
  case $url in */second) body='"value": 1';; *) body='nothing';; esac
  printf "$body$(printf '%s' "$mark" | sed 's/%{http_code}/200/')"
}
`;
const REQUESTS = ['/first', '/second', '/third'].map((path) => ({ path }));

function ask(named?: string): string[] {
  const script = writeScript([
    ...createQuestions('mimir', 'http://x', REQUESTS, named),
    ...createQuestions('loki', 'http://x', REQUESTS.slice(0, 1), named),
  ]);
  const { stdout } = spawnSync('sh', ['-c', `${CURL}${script}`], { encoding: 'utf8' });
  return [...readAnswers(stdout).keys()];
}

test('once an answer names something its store is asked nothing more, and the others still are', () => {
  expect(ask('"value":')).toEqual(['mimir 0', 'mimir 1', 'loki 0']);
  expect(ask('"never":')).toEqual(['mimir 0', 'mimir 1', 'mimir 2', 'loki 0']);
  expect(ask()).toEqual(['mimir 0', 'mimir 1', 'mimir 2', 'loki 0']);
});

for (const store of STORE_NAMES.filter((name) => storeOf(name).newest.named)) {
  test(`what ${store} answers names a time where its mark is there, and only there`, () => {
    const { named } = storeOf(store).newest;
    const answers = listAnswers('times').filter((answer) => answer.store === store);
    for (const { name, body } of answers) {
      expect([name, new RegExp(named!).test(body)]).toEqual([name, !name.endsWith('.none')]);
    }
  });
}
