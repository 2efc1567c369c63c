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
  const plan = join(folder, 'migration.yaml');
  const docker = join(folder, 'docker');
  writeFileSync(plan, `${SHORT}images:\n  builder: docker\n`);
  writeFileSync(docker, DOCKER);
  chmodSync(docker, 0o755);
  for (const service of ['mimir', 'loki']) {
    const context = join(folder, 'dockerfiles', service);
    const dockerfile = join(context, 'Dockerfile');
    mkdirSync(context, { recursive: true });
    writeFileSync(dockerfile, 'FROM scratch\n');
  }
  return folder;
}

function buildImages(...words: string[]) {
  const folder = makeRepository();
  const path = [folder, process.env['PATH']];
  const place = {
    cwd: folder,
    environment: {
      PATH: path.join(delimiter),
    },
  };
  return runCli(['images', 'build', ...words], place);
}

test('images build --service builds that one, whatever stands in the folders of others', async () => {
  const one = await buildImages('--service', 'mimir');
  expect(one.err).toBe('');
  expect(one.code).toBe(0);
  expect(one.out).toMatch(/^built +lgtm-mimir:[0-9a-f]{16}\n$/);
  const both = await buildImages('--service', 'mimir', 'loki');
  expect(both.code).toBe(1);
  expect(both.err).toContain('docker could not build lgtm-loki');
});

test('images of a service that the plan does not have are bad input', async () => {
  const { code, err } = await buildImages('--service', 'mimr');
  expect(code).toBe(2);
  expect(err).toContain('migration.yaml has no service mimr; take of mimir, loki');
});
