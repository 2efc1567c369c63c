import type { EmulatedCall } from '../../../lab/emulator';

/** How often an action was called. */
export type Tally = Record<string, number>;

export const nameAction = ({ service, action }: Pick<EmulatedCall, 'service' | 'action'>): string =>
  `${service}:${action}`;

/** Actions by how often they were called. */
export function countActions(calls: EmulatedCall[]): Tally {
  const tally: Tally = {};
  for (const call of calls) tally[nameAction(call)] = (tally[nameAction(call)] ?? 0) + 1;
  return tally;
}

/**
 * The moments of a recorded run, in its order: each call that may change something, and of the others the first of each
 * action, since how often a run polls depends on its time.
 * @returns `ecs:CreateService#2`
 */
export function listMoments(calls: EmulatedCall[]): string[] {
  const tally: Tally = {};
  return calls.flatMap((call) => {
    const action = nameAction(call);
    const nth = (tally[action] ?? 0) + 1;
    tally[action] = nth;
    return call.mutating || nth === 1 ? [`${action}#${nth}`] : [];
  });
}

/** What an emulator's rule needs to meet the call of a moment and no other. */
export function meetAt(moment: string) {
  const [, service = '', action = '', nth = ''] = /^(.+?):(.+)#(\d+)$/.exec(moment) ?? [];
  return {
    service,
    action,
    skip: Number(nth) - 1,
    times: 1,
  };
}

/** So many of all, evenly. @param shift other ones for another number */
export function spread<T>(all: T[], count: number, shift = 0): T[] {
  if (all.length <= count) return all;
  const step = all.length / count;
  return Array.from({ length: count }, (_, index) => all[Math.floor(index * step + shift * step) % all.length]!);
}
