import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder that is gone after the file of tests that asked for it. */
export function makeFolder(): string {
  const prefix = join(tmpdir(), 'lgtm-migrate-test-');
  const folder = mkdtempSync(prefix);
  folders.push(folder);
  return folder;
}
