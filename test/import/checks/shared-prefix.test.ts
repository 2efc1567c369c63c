import { findAfter } from '../findings';
import { LOKI_CONFIG, MIMIR_CONFIG, PYROSCOPE_CONFIG, TEMPO_CONFIG } from '../folder';

test('two stores on one prefix fail, however it is written', () => {
  const findings = findAfter({
    file: TEMPO_CONFIG,
    from: 'prefix: tempo',
    to: 'prefix: /pyroscope/',
  });
  expect(findings).toEqual([`fail pyroscope/two-compactors ${PYROSCOPE_CONFIG}:10`]);
});

test('two kinds of data of one store on one prefix fail', () => {
  const findings = findAfter({
    file: MIMIR_CONFIG,
    from: 'mimirruler',
    to: 'mimirblocks',
  });
  expect(findings).toEqual([`fail mimir/two-compactors ${MIMIR_CONFIG}:10`]);
});

test("rules beside the data of another store are nobody's to compact", () => {
  const findings = findAfter(
    {
      file: MIMIR_CONFIG,
      from: /\n  storage_prefix: mimirruler/,
      to: '',
    },
    {
      file: LOKI_CONFIG,
      from: /\n  object_prefix: .*/,
      to: '',
    },
  );
  expect(findings).not.toContainEqual(expect.stringContaining('two-compactors'));
});
