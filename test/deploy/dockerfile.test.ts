import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const HADOLINT = join(ROOT, '.tools/emulator/bin/hadolint');

test('hadolint finds nothing in the Dockerfile', () => {
  const words = ['--no-color', 'Dockerfile'];
  const { status, stdout, stderr } = spawnSync(HADOLINT, words, {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stdout + stderr).toBe('');
  expect(status).toBe(0);
});
