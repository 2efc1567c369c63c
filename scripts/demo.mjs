// npm run demo: set-up, then the demo in this same process.
import { createRequire } from 'node:module';
import { setup } from './setup.mjs';

await setup();
const { compile } = await import('./compile.mjs');
process.env.LGTM_COMPILED = await compile();
await createRequire(import.meta.url)(`${process.env.LGTM_COMPILED}/demo.js`).main(process.argv.slice(2));
