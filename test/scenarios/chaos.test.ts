import { kill, planKills } from '../chaos/lab/crash';
import { FAULTS, meet } from '../chaos/lab/faults';
import { tryCase } from '../chaos/lab/given-back';
import { travel } from '../chaos/lab/journey';
import { countActions, listMoments, spread } from '../chaos/lab/moment';
import { LabPool } from '../chaos/lab/pool';
import { rehearseBack, type Recording } from '../chaos/lab/rehearsal';
import { nameCase, type Case } from '../chaos/model/case';

/** Of what `npm run chaos` tries on labs a few cases, each of another cause. */
const CASES: Case[] = [
  {
    cause: 'abort',
    moment: {
      activity: 'ecs:CreateService#2',
      at: 'effect',
    },
    cleanup: 'delete',
  },
  {
    cause: 'failure',
    moment: {
      activity: 'elasticloadbalancing:CreateTargetGroup#2',
      at: 'start',
    },
    cleanup: 'delete',
  },
  {
    cause: 'insistence',
    moment: {
      activity: 'route53:ChangeResourceRecordSets#4',
      at: 'start',
    },
    cleanup: 'keep',
  },
];
const KILLS = 4;

const pool = new LabPool(1);
afterAll(() => pool.stop());
const uncounted = () => undefined;

test.each(CASES.map((planned) => [nameCase(planned), planned] as const))('%s: all is as before', async (_, planned) => {
  expect(await tryCase(pool, planned, uncounted)).toEqual([]);
});

describe('a way back from the week that deletes what was made', () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await rehearseBack(pool, 'delete');
  });

  test('comes to the same where the worker is killed again and again, and has each effect once', async () => {
    const moments = spread(listMoments(recording.calls), KILLS, 1 / 2);
    const kills = kill('worker', planKills('worker', moments));
    expect(await travel(pool, recording, 'back with delete', kills, uncounted)).toEqual([]);
  });

  test('comes to the same where the answer of each action is lost once', async () => {
    const unmet: string[] = [];
    const lost = meet(FAULTS['dropped after'], Object.keys(countActions(recording.calls)), unmet);
    expect(await travel(pool, recording, 'back with delete', lost, uncounted)).toEqual([]);
    expect(unmet).toEqual([]);
  });
});
