import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trial } from '../campaign';
import { ANSWER_PROPERTIES } from './answers';
import { listComposeProperties } from './compose';
import { PLAN_PROPERTIES } from './plan';
import { listTrials, type InputProperty, type Tries } from './property';
import { listShellProperties } from './shell';
import { WORD_PROPERTIES } from './words';

/** How often each property is tried. */
export const RUNS = 10_000;

/** Those that start no process. @param folder for files; each property makes its own in it */
export function listPureProperties(folder: string): InputProperty[] {
  return [
    ...PLAN_PROPERTIES,
    ...WORD_PROPERTIES,
    ...ANSWER_PROPERTIES,
    ...listComposeProperties(join(folder, 'compose')),
  ];
}

/** M6: whatever comes in. */
export function listInputTrials(tries: Tries): Trial[] {
  const folder = mkdtempSync(join(tmpdir(), 'lgtm-migrate-chaos-'));
  return listTrials([...listPureProperties(folder), ...listShellProperties(join(folder, 'shell'))], tries);
}
