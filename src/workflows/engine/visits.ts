import type { ExpectedVisits } from '../../analysis/visitors';
import { listUserRecords } from '../../plan/names';
import type { Plan } from '../../plan/schema';

/** No name has to be come to. */
export const NOBODY: ExpectedVisits = {
  names: [],
  since: 0,
  where: '',
};

/**
 * From now on somebody has to come to each of these names, but for those that the plan has as quiet. Senders come when
 * they connect again, and are counted otherwise.
 */
export function expectVisits(plan: Plan, moving: string[], where: string): ExpectedVisits {
  const awaited = listUserRecords(plan).filter(({ name, quiet }) => !quiet && moving.includes(name));
  return {
    // a name of two zones is come to by way of either
    names: [...new Set(awaited.map(({ name }) => name))],
    since: Date.now(),
    where,
  };
}

/** Nobody has to come to these any more. */
export function excuseVisits(expected: ExpectedVisits, excused: string[]): ExpectedVisits {
  const names = expected.names.filter((name) => !excused.includes(name));
  return { ...expected, names };
}
