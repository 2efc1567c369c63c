// npm run demo: set-up, then the demo in this same process.
import { setup } from './setup.mjs';

await setup();
const { register } = await import('tsx/cjs/api');
register();
const { createRequire } = await import('node:module');
await createRequire(import.meta.url)('../lab/demo.ts').main(process.argv.slice(2));
