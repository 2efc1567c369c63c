import { listUserRecords } from './names';
import type { Plan } from './schema';
import { matchesWildcards } from './wildcards';

/** A moving name as a user asks it, and the service that shall answer. */
export interface AskedName {
  name: string;
  service: string;
  /** one for each pattern of its listener rule */
  paths: string[];
}

/** The users' names among some that move, each once, in however many zones it is. */
export function listAskedNames(plan: Plan, moving: string[]): AskedName[] {
  const asked = new Map<string, AskedName>();
  for (const { name, service } of listUserRecords(plan)) {
    if (service === undefined || !moving.includes(name)) continue;
    asked.set(name, {
      name,
      service,
      paths: listPaths(plan, service),
    });
  }
  return [...asked.values()];
}

/** What a service can be asked without a change: its ready path, or a path that nothing has. */
function listPaths({ services }: Plan, service: string): string[] {
  const { expose, health } = services[service]!;
  const patterns = expose?.paths ?? [];
  return patterns.map((pattern) => (matchesWildcards(pattern, health.path) ? health.path : fillIn(pattern)));
}

const fillIn = (pattern: string): string => pattern.replaceAll('*', 'lgtm-migrate').replaceAll('?', 'x');
