import { chmodSync, cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOCKERFILES } from '../../../lab/services';
import { contentTag } from '../../../src/activities/images/content';

const ARGUMENTS = { REGISTRY: 'docker.io', VERSION: '3.2.1' };
const STORES = 'all/stores.alloy';
const folders: string[] = [];

/** A build context of its own, as another checkout would be. */
function checkOut(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lgtm-content-'));
  folders.push(folder);
  cpSync(join(DOCKERFILES, 'alloy'), folder, { recursive: true });
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('the same content has the same tag wherever it lies and in whichever order its arguments stand', async () => {
  const tag = await contentTag(checkOut(), ARGUMENTS);
  const reordered = { VERSION: '3.2.1', REGISTRY: 'docker.io' };
  expect(tag).toMatch(/^[0-9a-f]{16}$/);
  expect(await contentTag(checkOut(), reordered)).toBe(tag);
});

type Change = (folder: string) => void;

/** What makes another image, each by its title. */
const CHANGES: Record<string, Change> = {
  'a changed file': (folder) => {
    writeFileSync(join(folder, STORES), '// other');
  },
  'a new file': (folder) => {
    writeFileSync(join(folder, 'all/new.alloy'), '');
  },
  'another name': (folder) => {
    const doors = join(folder, 'dual/doors.alloy');
    renameSync(doors, join(folder, 'dual/gates.alloy'));
  },
  'a file that became executable': (folder) => {
    chmodSync(join(folder, STORES), 0o755);
  },
};

test.each(Object.entries(CHANGES))('%s makes another image', async (_, change) => {
  const folder = checkOut();
  const before = await contentTag(folder, ARGUMENTS);
  change(folder);
  const after = await contentTag(folder, ARGUMENTS);
  expect(after).not.toBe(before);
});

test("the rights of group and others, which a checkout's umask sets, make none", async () => {
  const folder = checkOut();
  const before = await contentTag(folder, ARGUMENTS);
  chmodSync(join(folder, STORES), 0o600);
  const after = await contentTag(folder, ARGUMENTS);
  expect(after).toBe(before);
});

test.each([
  { ...ARGUMENTS, VERSION: '3.2.2' },
  { ...ARGUMENTS, REGISTRY: 'mirror.example.com' },
  { REGISTRY: 'docker.io' },
])('build arguments %j make another image', async (other) => {
  const folder = checkOut();
  const tag = await contentTag(folder, ARGUMENTS);
  expect(await contentTag(folder, other)).not.toBe(tag);
});
