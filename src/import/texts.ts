import type { Database } from './read/grafana';

// Sentences of the report.

export function planIs(file: string): string {
  return `The plan is ${file}.`;
}

export function noPlanIsWritten(): string {
  return 'No plan was written: see what would break.';
}

export function grafanaUses({ type, host }: Database): string {
  const server = host ? ` at ${host}` : '';
  return `Grafana's database: ${type}${server}`;
}

export function schemaPeriodsOf(store: string): string {
  return `Schema periods of ${store}:`;
}
