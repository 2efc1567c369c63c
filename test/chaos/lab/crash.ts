import { pause } from '../../../lab/until';
import type { Count, Trial } from '../campaign';
import { untilTimerRuns } from '../timers';
import type { Director } from './director';
import { recordingOf, travel, type Disturbance, type Journey } from './journey';
import { listMoments, meetAt } from './moment';
import { listWithParts } from './parts';
import type { LabPool } from './pool';
import type { Rehearsal } from './rehearsal';

type Part = 'worker' | 'server';

interface Kills {
  part: Part;
  journey: Journey;
  runs: number;
  /** a run */
  times: number;
}

/** What is killed, how often. */
const KILLS: Kills[] = [
  {
    part: 'worker',
    journey: 'there',
    runs: 24,
    times: 10,
  },
  {
    part: 'worker',
    journey: 'back with delete',
    runs: 16,
    times: 10,
  },
  {
    part: 'server',
    journey: 'there',
    runs: 3,
    times: 5,
  },
  {
    part: 'server',
    journey: 'back with delete',
    runs: 2,
    times: 5,
  },
];
/** In the middle of a call: before its effect, which then never comes, or before its answer. */
interface CallKill {
  moment: string;
  isBefore: boolean;
}
/** Where something is killed once. */
type Kill = CallKill | { timer: string };

/** For so many seconds a call is held whose maker is killed. */
const HELD_S = 10;
/** The kinds of rules that hold one. */
const HOLDING = ['delay', 'late'];

const AWAY_MS = 60_000;
/** Where the emulator goes away, and how. */
const AWAYS: [journey: Journey, moment: string, way: 'silent' | 'refusing'][] = [
  ['there', 'ecs:CreateService#2', 'silent'],
  ['there', 'route53:ChangeResourceRecordSets#4', 'refusing'],
  ['back with delete', 'ecs:UpdateService#2', 'silent'],
  ['back with delete', 'ecs:DeleteService#2', 'refusing'],
];

/** M2 on a lab: the worker and the server killed in the middle of calls and timers, and the emulator away. */
export function listCrashes(pool: LabPool, rehearsal: Rehearsal): Trial[] {
  const kills = KILLS.flatMap((planned) => listKills(pool, rehearsal, planned));
  const aways = AWAYS.map(([journey, moment, way]): Trial => ({
    name: `lab: emulator ${way} for a minute at ${moment}, ${journey}`,
    kind: 'M2 lab, emulator away',
    run: (count) => travel(pool, recordingOf(rehearsal, journey), journey, leave(moment, way), count),
  }));
  return [...kills, ...aways];
}

/** Each moment of the journey is in one run, and those of a run lie apart. */
function listKills(pool: LabPool, rehearsal: Rehearsal, { part, journey, runs, times }: Kills): Trial[] {
  const recording = recordingOf(rehearsal, journey);
  const all = listMoments(recording.calls);
  const timers = part === 'worker' ? recording.timers : [];
  const attempt = (some: Kill[], count: Count) => travel(pool, recording, journey, kill(part, some), count);
  return Array.from({ length: runs }, (_, run): Trial[] => {
    const indices = Array.from({ length: times }, (__, nth) =>
      Math.floor(((nth * runs + run) * all.length) / (times * runs)),
    );
    const moments = [...new Set(indices)].map((index) => all[index]!);
    const inCalls = planKills(part, moments, run);
    const timer = timers[run % timers.length];
    return listWithParts({
      name: `lab: ${part} killed, ${journey}, run ${run + 1}`,
      kind: `M2 lab, ${part} killed, ${journey}`,
      items: timer === undefined ? inCalls : [...inCalls, { timer }],
      nameOf: (each) => `lab: ${part} killed, ${journey}: ${nameKill(each)}`,
      attempt,
    });
  }).flat();
}

/** @param shift every second call is held before its effect; of another run the others */
export function planKills(part: Part, moments: string[], shift = 0): Kill[] {
  return moments.map((moment, nth) => ({
    moment,
    isBefore: part === 'worker' && (nth + shift) % 2 === 0,
  }));
}

function nameKill(each: Kill): string {
  if ('timer' in each) return `during ${each.timer}`;
  return `${each.isBefore ? 'before' : 'after'} the effect of ${each.moment}`;
}

/** @param kills in their order; of timers one at most */
export function kill(part: Part, kills: Kill[]): Disturbance {
  const calls = kills.filter((each) => 'moment' in each);
  const longTimer = kills.find((each) => 'timer' in each)?.timer;
  let done = 0;
  return {
    rules: calls.flatMap(holdCall),
    options: { longTimer },
    conduct: async (director) => {
      let due = 0;
      if (longTimer !== undefined) {
        void untilTimerRuns(director.handle, longTimer).then(
          () => due++,
          () => undefined,
        );
      }
      const meanwhile = async () => {
        const asked = due + (await director.countMet(HOLDING));
        if (asked <= done) return;
        done = asked;
        await (part === 'worker' ? director.killWorker() : director.killServer());
      };
      return director.untilEnded(meanwhile);
    },
    // a kill may spare the calls after it: what was made is found, and nobody waits for it
    judge: async () => (done > 0 ? [] : ['nothing was killed']),
  };
}

/** Before its effect, which then never comes; or after it, before its answer. */
function holdCall({ moment, isBefore }: CallKill): object[] {
  const met = meetAt(moment);
  const holding = {
    ...met,
    delay_s: HELD_S,
  };
  if (!isBefore)
    return [
      {
        ...holding,
        kind: 'late',
      },
    ];
  return [
    {
      ...holding,
      kind: 'delay',
    },
    {
      ...met,
      kind: 'drop',
    },
  ];
}

function leave(moment: string, way: 'silent' | 'refusing'): Disturbance {
  return {
    rules: [
      {
        ...meetAt(moment),
        kind: 'delay',
        delay_s: 1,
      },
    ],
    conduct: async (director) => {
      await director.untilMet();
      await (way === 'silent' ? director.freezeEmulator(AWAY_MS) : refuseAll(director));
      return director.untilEnded();
    },
  };
}

/** Closes each connection without an answer. */
async function refuseAll({ emulator }: Director): Promise<void> {
  await emulator.post('/rules', {
    service: '*',
    kind: 'drop',
  });
  await pause(AWAY_MS);
  await emulator.delete('/rules');
}
