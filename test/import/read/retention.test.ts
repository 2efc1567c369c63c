import { editExample, LOKI_CONFIG, TEMPO_CONFIG } from '../folder';
import { importFolder } from '../results';

const retentionOf = (overrides: string) => {
  const root = editExample({
    file: TEMPO_CONFIG,
    from: /$/,
    to: `\n${overrides}\n`,
  });
  return importFolder(root).document.components.find(({ name }) => name === 'tempo')?.retention;
};

test.each([
  ['overrides: { defaults: { compaction: { block_retention: 2160h } } }', '2160h'],
  ['overrides: { block_retention: 2160h }', '2160h'],
  ['overrides: { defaults: { compaction: { block_retention: 0s } } }', '336h'],
])("an override of Tempo counts before the compactor's retention, unless it is 0: %s", (overrides, retention) => {
  expect(retentionOf(overrides)).toBe(retention);
});

test('a period on a disk, whose loss is accepted, is none of the new one', () => {
  const root = editExample({
    file: LOKI_CONFIG,
    from: /object_store: s3(?![\s\S]*object_store: s3)/,
    to: 'object_store: filesystem',
  });
  const { environment } = importFolder(root).plan.services['loki']!;
  expect(environment['LOKI_SCHEMA'] ?? '').not.toContain('filesystem');
});
