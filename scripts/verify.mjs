// npm run verify:real: set-up of what it needs, then the trial in this same process, so that its pid takes the signals.
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';
import { setup } from './setup.mjs';

await setup({ withTemporal: false });
register();
await createRequire(import.meta.url)('../verify/main.ts').main(process.argv.slice(2));
