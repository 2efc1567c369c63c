import { chmodSync, cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOCKERFILES } from '../../../lab/bases';
import { contentTag } from '../../../src/activities/images/content';

const ARGUMENTS = { REGISTRY: 'docker.io', VERSION: '3.2.1' };
const folders: string[] = [];

/** A build context of its own, as another checkout would be. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lgtm-content-'));
  folders.push(folder);
  cpSync(join(DOCKERFILES, 'alloy'), folder, { recursive: true });
  return folder;
}

afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

test('the same content has the same tag wherever it lies, whenever it was written, in whichever order arguments stand', async () => {
  const [tag, other] = await Promise.all([
    contentTag(checkout(), ARGUMENTS),
    contentTag(checkout(), { VERSION: '3.2.1', REGISTRY: 'docker.io' }),
  ]);
  expect(tag).toMatch(/^[0-9a-f]{16}$/);
  expect(other).toBe(tag);
});

test.each<[string, (folder: string) => void]>([
  ['a changed file', (folder) => writeFileSync(join(folder, 'all/stores.alloy'), '// other')],
  ['a new file', (folder) => writeFileSync(join(folder, 'all/new.alloy'), '')],
  ['another name', (folder) => renameSync(join(folder, 'dual/doors.alloy'), join(folder, 'dual/gates.alloy'))],
  ['a file that became executable', (folder) => chmodSync(join(folder, 'all/stores.alloy'), 0o755)],
])('%s makes another image', async (_, change) => {
  const folder = checkout();
  const before = await contentTag(folder, ARGUMENTS);
  change(folder);
  expect(await contentTag(folder, ARGUMENTS)).not.toBe(before);
});

test("the rights of group and others, which a checkout's umask sets, make none", async () => {
  const folder = checkout();
  const before = await contentTag(folder, ARGUMENTS);
  chmodSync(join(folder, 'all/stores.alloy'), 0o600);
  expect(await contentTag(folder, ARGUMENTS)).toBe(before);
});

test.each([
  { ...ARGUMENTS, VERSION: '3.2.2' },
  { ...ARGUMENTS, REGISTRY: 'mirror.example.com' },
  { REGISTRY: 'docker.io' },
])('build arguments %j make another image', async (other) => {
  const folder = checkout();
  expect(await contentTag(folder, other)).not.toBe(await contentTag(folder, ARGUMENTS));
});
