import { listUserRecords } from './names';
import type { Plan } from './schema';

/** Where browsers are sent on to HTTPS. */
const HTTP = 80;

/** Names of users. */
export const listUserNames = (plan: Plan): string[] => listUserRecords(plan).map(({ name }) => name);

/** Ports at which users come in: those of their names, and that which sends browsers on to HTTPS. */
export const listUserPorts = (plan: Plan): number[] => [HTTP, ...listUserRecords(plan).map(({ port }) => port)];
