import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

test('a lab with images where nothing can be built says what to install, and starts nothing', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(__dirname, '../../scripts/lab.mjs'), '--images'],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: '/nowhere',
        NODE_NO_WARNINGS: '1',
      },
    },
  );
  expect(stderr).toBe(
    "lab: images can't be built here: no buildah on PATH " +
      '(Debian: apt-get install buildah docker-registry busybox-static); or start the lab without --images\n',
  );
  expect([status, stdout]).toEqual([1, '']);
});
