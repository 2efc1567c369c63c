import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { until } from '../../lab/until';
import { useLab } from './lab';
import type { Operator } from './operator';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** The UI shows nothing that moves while a page loads. */
const PATIENCE = { stallMs: 3 * 60_000 };
const SIZE = { width: 1400, height: 1400 };

/** All that a page shows: the UI renders Markdown in frames of their own. */
async function textOf(page: Page): Promise<string> {
  const texts = page.frames().map(async (frame) => frame.locator('body').innerText());
  const shown = await Promise.allSettled(texts);
  return shown.map((text) => (text.status === 'fulfilled' ? text.value : '')).join('\n');
}

async function expectShown(page: Page, url: string, name: string, text: RegExp): Promise<void> {
  await page.goto(url);
  await until(`${text.source} at ${url}`, async () => text.test(await textOf(page)), PATIENCE);
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

async function lookAt({ lab, handle }: Operator, runId: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  try {
    const page = await browser.newPage({ viewport: SIZE });
    page.setDefaultTimeout(PATIENCE.stallMs);
    const url = `${lab.ui}/namespaces/default/workflows/${handle.workflowId}/${runId}`;
    await expectShown(page, `${url}/history`, 'timeline', /bake 10 % \(1h\)/);
    await expectShown(page, `${url}/user-metadata`, 'details', /approval: 10 → 50 %[^]*mimir 3 of 3/);
  } finally {
    await browser.close();
  }
}

const name = 'the Temporal UI shows current details and summaries';

if (existsSync(CHROMIUM)) {
  const scenario = useLab();
  test(
    name,
    scenario({ plan: { shift: { approval: true } } }, async (operator) => {
      await operator.start();
      const { runId } = await operator.untilWaitsFor('approval');
      await lookAt(operator, runId);
      await operator.say('abort');
      await operator.ended();
    }),
  );
} else {
  test.skip(`${name} (skipped: no chromium at ${CHROMIUM})`, () => undefined);
}
