import { isNews, type Listener } from '../../src/analysis/news';

const MINUTE = 60_000;
const listener = (more: Partial<Listener> = {}): Listener => ({
  told: 'collecting',
  awaitsPass: false,
  onlyShows: false,
  quietMs: 10 * MINUTE,
  ...more,
});

test('a failure is news at once, unless it changes nothing any more', () => {
  expect(isNews('failed', 0, listener())).toBe(true);
  expect(
    isNews(
      'failed',
      0,
      listener({
        onlyShows: true,
      }),
    ),
  ).toBe(false);
  expect(
    isNews(
      'failed',
      10 * MINUTE,
      listener({
        onlyShows: true,
      }),
    ),
  ).toBe(true);
  expect(
    isNews(
      'failed',
      10 * MINUTE,
      listener({
        onlyShows: true,
        told: 'failed',
      }),
    ),
  ).toBe(false);
});

test('a pass is news at once where a gate waits for it, whatever was told', () => {
  expect(
    isNews(
      'passing',
      0,
      listener({
        awaitsPass: true,
        told: 'passing',
      }),
    ),
  ).toBe(true);
  expect(isNews('passing', 0, listener())).toBe(false);
});

test('any other verdict is news once it has stood for long', () => {
  expect(isNews('holding', 9 * MINUTE, listener())).toBe(false);
  expect(isNews('holding', 10 * MINUTE, listener())).toBe(true);
  expect(isNews('passing', 10 * MINUTE, listener())).toBe(true);
  expect(
    isNews(
      'collecting',
      10 * MINUTE,
      listener({
        told: 'holding',
      }),
    ),
  ).toBe(true);
});

test('what was told is none again, but whoever was told that it holds is reminded', () => {
  expect(
    isNews(
      'passing',
      60 * MINUTE,
      listener({
        told: 'passing',
      }),
    ),
  ).toBe(false);
  expect(
    isNews(
      'holding',
      10 * MINUTE,
      listener({
        told: 'holding',
      }),
    ),
  ).toBe(true);
});
