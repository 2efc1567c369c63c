// npm run lab: set-up, then the lab in this same process, so that its pid takes the signals.
import { createRequire } from 'node:module';
import { setup } from './setup.mjs';

await setup();
const { compile } = await import('./compile.mjs');
process.env.LGTM_COMPILED = await compile();
await createRequire(import.meta.url)(`${process.env.LGTM_COMPILED}/main.js`).main(process.argv.slice(2));
