// npm run lab: set-up, then the lab in this same process, so that its pid takes the signals.
import { setup } from './setup.mjs';

await setup();
const { register } = await import('tsx/cjs/api');
register();
const { createRequire } = await import('node:module');
await createRequire(import.meta.url)('../lab/lab.ts').main(process.argv.slice(2));
