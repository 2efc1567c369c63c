export { deploy } from './deploy';
export { migrate } from './migrate';
export { recover } from './recover';
export { refuseUnknownType as default } from './unknown';
