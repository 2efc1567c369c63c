// npm run chaos: set-up, then the matrices in this same process, so that its pid takes the signals.
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';
import { setup } from './setup.mjs';

await setup();
register();
process.exitCode = await createRequire(import.meta.url)('../test/chaos/main.ts').main(process.argv.slice(2));
