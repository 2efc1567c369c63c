import type { EmulatedCall } from '../../../lab/emulator';
import type { Outcome } from '../../../src/contract/status';
import type { ScenarioOptions } from '../../scenarios/lab';
import type { Operator } from '../../scenarios/operator';

/** A kind of call of AWS. */
export interface CallKind {
  service: string;
  action: string;
}

/** What a migration goes through while clients ask. */
export interface Story {
  /** `abort at 10 %` */
  name: string;
  /** for the report */
  kind: 'migration' | 'abort' | 'rollback' | 'breach';
  options: ScenarioOptions;
  /** up to what is on trial */
  lead(operator: Operator): Promise<unknown>;
  /** what brings it about */
  trigger(operator: Operator): Promise<unknown>;
  /** the first such call after it is in the middle of what comes then */
  middle: CallKind;
  outcome: Outcome;
  /** the side on which requests may be lost, for as long as names lead there; absent: none may */
  faultOn?: 'ecs';
}

const SET_RECORDS: CallKind = {
  service: 'route53',
  action: 'ChangeResourceRecordSets',
};
const START_HOST: CallKind = {
  service: 'ec2',
  action: 'StartInstances',
};
const STOP_HOST: CallKind = {
  service: 'ec2',
  action: 'StopInstances',
};

/** The end of an event: the instance is stopped next. */
const STOPPED = ': containers stopped';

/** The weights, and what is waited for when one is held. */
const HELD: [weight: number, approval: string][] = [
  [10, '10 → 50 %'],
  [50, '50 → 100 %'],
  [100, 'stop i-'],
];

/** A lab makes minutes of it, longer than a connection is kept; of half an hour it makes two seconds. */
const drainTimeout = '12h';

/** Each step waits for a word, the hosts' end too. */
const STEP_BY_STEP = {
  shift: {
    approval: true,
    drainTimeout,
  },
  decommission: {
    approveStop: true,
    approveTerminate: true,
  },
};
const IN_THE_WEEK = {
  shift: {
    weights: [50, 100],
    drainTimeout,
  },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};

/** Brings a migration to where it holds at a weight. */
async function shiftTo(operator: Operator, weight: number): Promise<void> {
  await operator.start();
  for (const [held, approval] of HELD) {
    await operator.untilWaitsFor('approval', approval);
    if (held === weight) return;
    await operator.say('approve');
  }
}

/** @param since seconds since 1970 */
export async function listCalls({ emulator }: Operator, kind: CallKind, since = 0): Promise<EmulatedCall[]> {
  const calls = await emulator.calls({ ...kind });
  return calls.filter(({ at }) => at >= since);
}

function abortAt(weight: number, cleanup: 'keep' | 'delete'): Story {
  return {
    name: `abort at ${weight} %, cleanup: ${cleanup}`,
    kind: 'abort',
    options: {
      plan: {
        ...STEP_BY_STEP,
        cleanup,
      },
    },
    lead: (operator) => shiftTo(operator, weight),
    trigger: (operator) => operator.say('abort'),
    middle: SET_RECORDS,
    outcome: 'rolled-back',
  };
}

export const STORIES: Story[] = [
  {
    name: 'a whole migration',
    kind: 'migration',
    options: { plan: { shift: { approval: [10] } } },
    lead: (operator) => shiftTo(operator, 10),
    trigger: (operator) => operator.say('approve'),
    middle: SET_RECORDS,
    outcome: 'completed',
  },
  {
    name: 'a whole migration of an A record, to its end',
    kind: 'migration',
    options: {
      world: 'adopted',
      record: 'a',
    },
    lead: (operator) => operator.start(),
    trigger: () => Promise.resolve(),
    middle: STOP_HOST,
    outcome: 'completed',
  },
  abortAt(10, 'keep'),
  abortAt(50, 'delete'),
  abortAt(100, 'keep'),
  {
    name: 'rollback in the week',
    kind: 'rollback',
    options: { plan: IN_THE_WEEK },
    lead: async (operator) => {
      await operator.start();
      await operator.untilWaitsFor('approval', 'point of no return');
    },
    trigger: (operator) => operator.say('rollback'),
    middle: START_HOST,
    outcome: 'rolled-back',
  },
  {
    name: 'abort while the host stops',
    kind: 'rollback',
    options: { plan: IN_THE_WEEK },
    lead: async (operator) => {
      await operator.start();
      await operator.until('the stop of the host', ({ events }) => events.some(({ text }) => text.endsWith(STOPPED)));
    },
    trigger: (operator) => operator.say('abort'),
    middle: START_HOST,
    outcome: 'rolled-back',
  },
  {
    name: 'breach of a signal at 50 %',
    kind: 'breach',
    options: { plan: STEP_BY_STEP },
    lead: (operator) => shiftTo(operator, 50),
    trigger: ({ emulator }) =>
      emulator.post('/workload', {
        errors: 0.5,
        side: 'ecs',
      }),
    middle: SET_RECORDS,
    outcome: 'rolled-back',
  },
  {
    name: 'breach of tasks that end at 100 %',
    kind: 'breach',
    options: { plan: STEP_BY_STEP },
    lead: (operator) => shiftTo(operator, 100),
    trigger: ({ emulator }) =>
      emulator.post('/ecs/break', {
        service: 'grafana',
        how: 'exit',
      }),
    middle: SET_RECORDS,
    outcome: 'rolled-back',
    faultOn: 'ecs',
  },
];
