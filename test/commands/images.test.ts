import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SHORT } from '../plan/plan';
import { makeFolder } from '../temporary';
import { runCli } from './command-line';

/** A docker that can't build Loki. */
const DOCKER = '#!/bin/sh\ncase "$*" in *lgtm-loki*) echo "no such base" >&2; exit 1 ;; esac\n';

/** A folder with a plan whose images are built, the folders of two services, and a docker. */
function makeRepository(): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'migration.yaml'), `${SHORT}images:\n  builder: docker\n`);
  writeFileSync(join(folder, 'docker'), DOCKER);
  chmodSync(join(folder, 'docker'), 0o755);
  for (const service of ['mimir', 'loki']) {
    mkdirSync(join(folder, 'dockerfiles', service), { recursive: true });
    writeFileSync(join(folder, 'dockerfiles', service, 'Dockerfile'), 'FROM scratch\n');
  }
  return folder;
}

function buildImages(...words: string[]) {
  const folder = makeRepository();
  const environment = { PATH: [folder, process.env['PATH']].join(delimiter) };
  return runCli(['images', 'build', ...words], { cwd: folder, environment });
}

test('images build --service builds that one, whatever stands in the folders of others', async () => {
  const one = await buildImages('--service', 'mimir');
  expect([one.code, one.err]).toEqual([0, '']);
  expect(one.out).toMatch(/^built +lgtm-mimir:[0-9a-f]{16}\n$/);
  const both = await buildImages('--service', 'mimir', 'loki');
  expect([both.code, both.err]).toEqual([1, expect.stringContaining('docker could not build lgtm-loki')]);
});

test('images of a service that the plan does not have are bad input', async () => {
  const { code, err } = await buildImages('--service', 'mimr');
  expect([code, err]).toEqual([2, expect.stringContaining('migration.yaml has no service mimr; take of mimir, loki')]);
});
