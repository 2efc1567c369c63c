import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { withLab } from './lab';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const there = existsSync(CHROMIUM);

const GIVE_UP_MS = 30_000;

async function until(look: () => Promise<boolean>): Promise<boolean> {
  for (
    const end = Date.now() + GIVE_UP_MS;
    Date.now() < end;
    await new Promise((resolve) => setTimeout(resolve, 200))
  ) {
    if (await look()) return true;
  }
  return false;
}

(there ? test : test.skip)(
  `the Temporal UI shows current details and summaries${there ? '' : ` (skipped: no chromium at ${CHROMIUM})`}`,
  async () => {
    await withLab({ plan: { shift: { approval: true } } }, async (operator) => {
      await operator.cli('start', '-f', operator.lab.plan);
      const { runId } = await operator.until(({ waitingFor }) => waitingFor?.for === 'approval');
      const browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      });
      try {
        const page = await browser.newPage({ viewport: { width: 1400, height: 1400 } });
        const url = `${operator.lab.ui}/namespaces/default/workflows/${operator.handle.workflowId}/${runId}`;
        await page.goto(`${url}/history`);
        await page.locator('body', { hasText: 'bake 10 % (1h)' }).waitFor();
        if (process.env['SCREENSHOTS']) await page.screenshot({ path: `${process.env['SCREENSHOTS']}/timeline.png` });
        await page.goto(`${url}/user-metadata`);
        // the UI renders Markdown in frames of their own
        const shown = async () =>
          (
            await Promise.all(
              page.frames().map((frame) =>
                frame
                  .locator('body')
                  .innerText()
                  .catch(() => ''),
              ),
            )
          ).join('\n');
        await expect(until(async () => /approval: 10 → 50 %[^]*mimir 3 of 3/.test(await shown()))).resolves.toBe(true);
        if (process.env['SCREENSHOTS']) await page.screenshot({ path: `${process.env['SCREENSHOTS']}/details.png` });
      } finally {
        await browser.close();
      }
      await operator.say('abort');
      await operator.ended();
    });
  },
);
