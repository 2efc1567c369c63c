// until the merge: read/stores.ts imports it from here
export { looksSecret } from './secrets';
