export { deploy } from './deploy';
export { migrate } from './migrate';
export { refuseUnknownType as default } from './unknown';
