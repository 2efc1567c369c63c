import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeImages } from '../../../src/import/images/write';
import { EXAMPLE, editExample, LOKI_CONFIG, makeFolder } from '../folder';
import { importFolder } from '../results';

const { images } = importFolder(EXAMPLE);
const later = importFolder(
  editExample({
    file: LOKI_CONFIG,
    from: 'log_level: ${LOG_LEVEL:-info}',
    to: 'log_level: warn',
  }),
);

test('each component has a folder', () => {
  const context = makeFolder();
  writeImages(context, images);
  for (const { name } of images) expect(existsSync(join(context, name, 'Dockerfile'))).toBe(true);
});

test('a second import writes over what nobody has edited', () => {
  const context = makeFolder();
  writeImages(context, images);
  const written = writeImages(context, later.images);
  expect(written.filter(({ beside }) => beside !== undefined)).toEqual([]);
  expect(readFileSync(join(context, 'loki/loki.yaml'), 'utf8')).toContain('log_level: warn');
});

test('a second import leaves an edited file, writes beside it and shows the difference', () => {
  const context = makeFolder();
  writeImages(context, images);
  const file = join(context, 'loki/loki.yaml');
  const edited = readFileSync(file, 'utf8').replace('path_prefix: /loki', 'path_prefix: /mine');
  writeFileSync(file, edited);
  const [kept, ...others] = writeImages(context, later.images).filter(({ beside }) => beside !== undefined);
  expect(others).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe(edited);
  expect(kept).toMatchObject({
    path: file,
    beside: join(context, 'loki.new/loki.yaml'),
  });
  expect(kept!.diff).toContain('-  path_prefix: /mine\n+  path_prefix: /loki');
  expect(readFileSync(kept!.beside!, 'utf8')).toContain('log_level: warn');
});
