import { join } from 'node:path';

/** A folder for each image of the stack. */
export const DOCKERFILES = join(__dirname, '..', 'dockerfiles');

export const SERVICES = ['mimir', 'loki', 'tempo', 'pyroscope', 'grafana', 'alloy'] as const;
export type Service = (typeof SERVICES)[number];
