import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

test('hadolint finds nothing in the Dockerfile', () => {
  const { status, stdout, stderr } = spawnSync(
    join(ROOT, '.tools/emulator/bin/hadolint'),
    ['--no-color', 'Dockerfile'],
    { cwd: ROOT, encoding: 'utf8' },
  );
  expect({ status, found: stdout + stderr }).toEqual({ status: 0, found: '' });
});
