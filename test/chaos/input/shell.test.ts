import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../temporary';
import { readTestSeed } from './property';
import { listShellProperties } from './shell';

/** Of the 10,000 that `npm run chaos` tries: each starts a shell. */
const RUNS = 300;

const SOURCES = join(__dirname, '../../../src');
/** Whoever adds one here adds what it writes to `shell.ts`. */
const TRIED = [
  'activities/host/asking.ts',
  'activities/host/containers.ts',
  'activities/host/grafana.ts',
  'activities/host/host-network.ts',
  'activities/host/push-paths.ts',
  'activities/host/reset.ts',
  'activities/host/sockets.ts',
  'activities/host/stack.ts',
  'activities/host/tls.ts',
  'activities/preflight/compactors.ts',
  'activities/preflight/disks.ts',
  'activities/probe/samples.ts',
  'import/read/running.ts',
];

const seed = readTestSeed();
const properties = listShellProperties(join(makeFolder(), 'shell'));

test.each(properties)(`$kind: $name (FUZZ_SEED=${seed})`, async ({ check }) => {
  const problems = await check({
    runs: RUNS,
    seed,
  });
  expect(problems).toEqual([]);
});

test('every source that runs a script on a host has its scripts among those that are tried', () => {
  const sources = readdirSync(SOURCES, {
    recursive: true,
    encoding: 'utf8',
  });
  const callers = sources.filter(
    (file) => file.endsWith('.ts') && /import .*\brunScript/.test(readFileSync(join(SOURCES, file), 'utf8')),
  );
  expect(callers.sort()).toEqual(TRIED);
});
