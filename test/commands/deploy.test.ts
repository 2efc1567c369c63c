import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { SHORT } from '../plan/plan';
import { makeFolder } from '../temporary';
import { runCli } from './command-line';

/** What the command says of these words, for a short plan. */
async function refusalOf(...words: string[]): Promise<[number | null, string]> {
  const folder = makeFolder();
  writeFileSync(join(folder, 'migration.yaml'), SHORT);
  const { code, err } = await runCli(['deploy', ...words], { cwd: folder });
  return [code, err];
}

test.each([
  [['--service', 'mimr'], 'migration.yaml has no service mimr; take of mimir, loki'],
  [['--previous'], 'name it: --service grafana'],
  [['--previous', '--pushed', '--service', 'mimir'], 'give one of them'],
  [['--pushed'], "leave --pushed out: then ECR's newest is taken"],
  [['wait', 'lgtm-prd', '--for', 'sunday'], '--for sunday is unknown; take updated, steady, verified'],
])('deploy %j is bad input, with the way out', async (words, sentence) => {
  expect(await refusalOf(...words)).toEqual([2, expect.stringContaining(sentence)]);
});

test('without Temporal it is said where none answers, and nothing was started', async () => {
  expect(await refusalOf('--service', 'mimir')).toEqual([1, expect.stringContaining('no Temporal server answers at')]);
});
