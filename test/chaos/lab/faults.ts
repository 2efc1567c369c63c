import type { Count, Trial } from '../campaign';
import { Administrator } from './denial';
import { JOURNEYS, listUnmet, recordingOf, travel, type Disturbance, type Journey } from './journey';
import { countActions } from './moment';
import { listWithParts } from './parts';
import type { LabPool } from './pool';
import type { Rehearsal } from './rehearsal';

/** A fault as a rule of the emulator, for one action. */
interface Fault {
  rule: object;
  /** activities are given up after a tenth of their time, as answers come after a tenth of theirs */
  shortCalls?: boolean;
  /** only calls that may change something can meet it */
  ofChanges?: boolean;
}

/** An answer after 30 s, in a lab in which an activity's two minutes are twelve seconds. */
const LATE_S = 3;
const STALE_S = 1;

/** What each action meets once. */
export const FAULTS = {
  'throttled five times': {
    rule: {
      kind: 'throttle',
      times: 5,
    },
  },
  '5xx before': {
    rule: {
      kind: '500',
      times: 1,
    },
  },
  '5xx after': {
    rule: {
      kind: '500-after',
      times: 1,
    },
  },
  'dropped after': {
    rule: {
      kind: 'drop-after',
      times: 1,
    },
  },
  late: {
    rule: {
      kind: 'late',
      times: 1,
      delay_s: LATE_S,
    },
    shortCalls: true,
  },
  'late reads after': {
    rule: {
      kind: 'stale',
      times: 1,
      delay_s: STALE_S,
    },
    ofChanges: true,
  },
} satisfies Record<string, Fault>;
const DENIED = 'denied';

/** M3: each kind of fault, met once by every action of a journey; a part of it: by one action alone. */
export function listFaults(pool: LabPool, rehearsal: Rehearsal): Trial[] {
  const journeys = Object.keys(JOURNEYS) as Journey[];
  return journeys.flatMap((journey) => {
    const recording = recordingOf(rehearsal, journey);
    const { calls } = recording;
    const actions = Object.keys(countActions(calls));
    const changes = Object.keys(countActions(calls.filter(({ mutating }) => mutating)));
    const faults = Object.entries<Fault>(FAULTS).flatMap(([name, fault]) =>
      listTrials(name, journey, fault.ofChanges ? changes : actions, (some, count) =>
        untilEachMet(some, 'met no call', (left, unmet) =>
          travel(pool, recording, journey, meet(fault, left, unmet), count),
        ),
      ),
    );
    const denials = listTrials(DENIED, journey, actions, (some, count) =>
      untilEachMet(some, 'was never refused', (left, unmet) =>
        travel(pool, recording, journey, deny(left, unmet), count),
      ),
    );
    return [...faults, ...denials];
  });
}

type Try = (actions: string[], count: Count) => Promise<string[]>;

function listTrials(fault: string, journey: Journey, actions: string[], attempt: Try): Trial[] {
  const nameOf = (what: string) => `lab: ${fault}, ${journey}: ${what}`;
  return listWithParts({
    name: nameOf('every action'),
    kind: `M3 lab, ${fault}`,
    items: actions,
    nameOf,
    attempt,
  });
}

/** Each of these actions meets it once. @param unmet gets those that were not called */
export function meet(
  { rule, shortCalls = false, ofChanges = false }: Fault,
  actions: string[],
  unmet: string[],
): Disturbance {
  return {
    rules: actions.map((each) => ({
      ...rule,
      ...(ofChanges ? readAfter(each) : ofAction(each)),
    })),
    options: { shortCalls },
    conduct: (director) => director.untilEnded(),
    judge: async (director) => {
      // what nobody reads again shows nothing late
      if (!ofChanges) unmet.push(...(await listUnmet(director)));
      return [];
    },
  };
}

/** What others have hidden, as a call that they made needless, is met in another run. */
async function untilEachMet(
  actions: string[],
  never: string,
  attempt: (some: string[], unmet: string[]) => Promise<string[]>,
): Promise<string[]> {
  for (let left = actions; left.length > 0;) {
    const unmet: string[] = [];
    const problems = await attempt(left, unmet);
    if (problems.length > 0) return problems;
    if (unmet.length === left.length) return left.map((action) => `${action} ${never}`);
    left = unmet;
  }
  return [];
}

/** @param unmet gets those that were not called */
function deny(actions: string[], unmet: string[]): Disturbance {
  const administrator = new Administrator();
  return {
    rules: actions.map((each) => ({
      ...ofAction(each),
      kind: 'deny',
      unseen: true,
    })),
    conduct: (director) => director.untilEnded(() => administrator.answer(director)),
    judge: async (director) => {
      unmet.push(...(await administrator.listUnrefused(director)));
      return administrator.judge();
    },
  };
}

function ofAction(name: string) {
  const [service = '', action = ''] = name.split(':');
  return {
    service,
    action,
  };
}

function readAfter(name: string) {
  const { service, action: after } = ofAction(name);
  return {
    service,
    after,
  };
}
