import type { Deps } from '../../src/activities/clients';
import { planRecovery } from '../../src/commands/recovery';
import { describeRecovery, nothingStands, reasonOf } from '../../src/commands/recovery-texts';
import { parseRecovery } from '../../src/activities/start';
import type { Remains, StandingRecord } from '../../src/contract/remains';
import type { Status } from '../../src/contract/status';
import type { Undo } from '../../src/contract/undos';
import { planWith } from '../plan/plan';
import { FOLD, HALF, HOST, MIMIR, NAME, remainsOf, RUNNING, STOPPED } from './remains';

const GONE = { why: 'Temporal keeps no run of lgtm-prd that has done anything' };

const UNDO: Undo = {
  id: 'scale mimir to 0',
  stage: 'scale',
  verb: 'restoreService',
  input: {
    cluster: 'lgtm-cluster',
    service: 'mimir',
    count: 0,
    timeoutMs: 1000,
  },
};
const REMOVAL: Undo = {
  id: 'remove cluster lgtm-cluster',
  stage: 'cleanup',
  verb: 'removeCluster',
  input: {
    owner: {
      migration: 'm',
      run: 'r-1',
    },
    name: 'lgtm-cluster',
  },
};
const ledgerOf = (...undos: Undo[]) => ({
  run: {
    runId: 'r-1',
    state: 'TERMINATED',
    undos,
    status: {} as Status,
  },
});

test('a ledger that can be asked is gone by, and nothing is derived', () => {
  const found = planRecovery(planWith(), ledgerOf(REMOVAL, UNDO), remainsOf({ services: [MIMIR] }));
  expect(describeRecovery(found)).toEqual([
    'lgtm-prd   by the ledger of run r-1, which is TERMINATED',
    '├─ ! mimir runs 3 tasks of run r-1',
    '└─ ↩ way back',
    '     · scale mimir to 0',
  ]);
  expect(found.input.undos).toEqual([REMOVAL, UNDO]);
  expect(planRecovery(planWith('cleanup: delete\n'), ledgerOf(REMOVAL, UNDO), remainsOf()).wayBack).toEqual([
    'scale mimir to 0',
    'remove cluster lgtm-cluster',
  ]);
});

test('a ledger with nothing to take back does not hide what stands', () => {
  const { source, wayBack } = planRecovery(planWith(), ledgerOf(REMOVAL), remainsOf({ services: [MIMIR] }));
  expect(source).toBe('by what stands in the account, since run r-1, which is TERMINATED, had nothing to take back');
  expect(wayBack).toEqual(['scale mimir to 0']);
});

describe('what recover makes is what its run takes', () => {
  const take = (recovery: ReturnType<typeof planRecovery>) => {
    const sent = {
      ...recovery.input,
      plan: JSON.parse(JSON.stringify(recovery.input.plan)) as unknown,
      reason: reasonOf('kim', recovery),
    };
    return parseRecovery({} as Deps, { sent });
  };

  test('where a ledger answered with an error of 3,000 characters', async () => {
    const why = 'x'.repeat(3000);
    const recovery = planRecovery(planWith(), { why }, remainsOf({ services: [MIMIR] }));
    const { reason } = await take(recovery);
    expect(reason).toMatch(/^kim takes back .*x… \(cut, \d+ characters\)$/);
    expect(recovery.source).toContain(why);
  });

  test('where names are long and many: each sentence is cut, and the rest is counted', async () => {
    const records = Array.from({ length: 150 }, (_, index) => ({
      ...HALF,
      name: `${'n'.repeat(1200)}${index}`,
      saved: {
        ...HALF.saved!,
        name: `${'n'.repeat(1200)}${index}`,
      },
    }));
    const recovery = planRecovery(planWith(), GONE, remainsOf({ records }));
    const { derived, undos } = await take(recovery);
    expect([derived.length, derived.at(-1)]).toEqual([100, 'and 51 more']);
    expect(derived[0]).toMatch(/^n{950}… \(cut, \d+ characters\)$/);
    expect(undos[0]!.id.length).toBeGreaterThan(150 * 1200);
  });
});

test('users are waited for at the groups of services that run, as long as a name leads to them', () => {
  const grafana = {
    service: 'grafana',
    count: 2,
    run: 'r-1',
    targetGroup: 'targetgroup/grafana/1',
  };
  const asked = (remains: Partial<Remains>) => planRecovery(planWith(), GONE, remainsOf(remains)).input;
  const services = [MIMIR, grafana];
  const half = {
    services,
    records: [HALF],
  };
  expect(asked(half)).toMatchObject({
    counts: {
      mimir: 3,
      grafana: 2,
    },
    requests: {
      loadBalancer: 'app/lgtm-alb/1',
      groups: [
        {
          service: 'grafana',
          targetGroup: 'targetgroup/grafana/1',
        },
      ],
    },
  });
  const [mimir] = services;
  const others = [{ services }, { ...half, services: [mimir!] }];
  expect(others.map((remains) => asked(remains).requests)).toEqual([undefined, undefined]);
});

test('of a pair at 50 % the CNAME is read off its host side, and what is not known is said', () => {
  const found = planRecovery(
    planWith(),
    GONE,
    remainsOf({
      records: [HALF],
      services: [MIMIR],
    }),
  );
  expect(describeRecovery(found)).toEqual([
    `lgtm-prd   by what stands in the account, since ${GONE.why}`,
    `├─ ! ${NAME} is a weighted pair with 50 % on ECS`,
    '├─ ! mimir runs 3 tasks of run r-1',
    `├─ ? ${NAME} was a CNAME to lgtm.example.com, by the pair; the TTLs before are not known: ` +
      'it gets 60 s, lgtm.example.com keeps its own',
    '├─ ? mimir: the counts before are not known, they go to 0',
    '└─ ↩ way back',
    '     · all traffic to the host',
    '     · scale mimir to 0',
    `     · ${NAME} as before`,
  ]);
  expect(found.input.weight).toBe(50);
  const [record] = found.input.undos;
  expect(record!.input).toMatchObject({
    name: 'lgtm-prd',
    records: [
      {
        original: {
          type: 'CNAME',
          ttl: 60,
        },
        target: HALF.saved!.target,
      },
    ],
  });
});

test('of a pair whose host side was an A record the addresses are known, and the TTL is not', () => {
  const original = {
    name: NAME,
    type: 'A' as const,
    ttl: 30,
    values: ['203.0.113.7'],
  };
  const record: StandingRecord = {
    ...HALF,
    saved: {
      name: NAME,
      moved: 'pair',
      original,
    },
  };
  const { derived, input } = planRecovery(planWith(), GONE, remainsOf({ records: [record] }));
  expect(derived).toEqual([`${NAME}: its TTL before is not known, it keeps that of the pair, 30 s`]);
  expect(input.undos[0]!.input).toMatchObject({ records: [{ original }] });
});

test('of a host that was stopped after the fold both are taken back, and the record leads to its address', () => {
  const { derived, wayBack, input } = planRecovery(
    planWith(),
    GONE,
    remainsOf({
      records: [FOLD],
      hosts: [STOPPED],
    }),
  );
  expect(wayBack).toEqual([`start ${HOST} and its containers`, 'all traffic to the host', `${NAME} as before`]);
  expect(derived).toEqual([
    `${NAME}: what it was before is not known; it becomes an A record to 203.0.113.7, TTL 60 s`,
    `${HOST}: which of its containers have to run is not known: all are started, and waited for, ` +
      'those that only compact too, while ECS still compacts',
  ]);
  expect(input.undos.map(({ verb }) => verb)).toEqual(['restoreRecords', 'restoreTraffic', 'startHost']);
});

test('a host that runs and has never been stopped is left alone, one whose containers may be is started', () => {
  const undosOf = (remains: Partial<Remains>) =>
    planRecovery(planWith(), GONE, remainsOf(remains)).input.undos.map(({ verb }) => verb);
  expect(undosOf({ records: [HALF] })).not.toContain('startHost');
  expect(undosOf({ records: [FOLD] })).toContain('startHost');
  expect(
    undosOf({
      records: [HALF],
      hosts: [
        {
          ...RUNNING,
          run: 'r-1',
        },
      ],
    }),
  ).toContain('startHost');
});

test('what the account does not say of a plan is said', () => {
  const plan = planWith('cleanup: delete\ningestion: {dualWrite: true}\n');
  const { derived } = planRecovery(plan, GONE, remainsOf({ records: [HALF] }));
  expect(derived.slice(1)).toEqual([
    expect.stringContaining('all are kept, whatever cleanup says'),
    expect.stringContaining('whether alloy has ceased to write to'),
  ]);
});

test.each<[string, Partial<Remains>, string]>([
  [
    'no host is left of some',
    {
      records: [FOLD],
      hosts: [
        STOPPED,
        {
          instanceId: 'i-2',
          state: 'terminated',
        },
      ],
    },
    'i-2 terminated: there is no host to go back to; start it again from its backup image',
  ],
  [
    'nobody knows where a name would lead',
    {
      records: [FOLD],
      hosts: [
        {
          instanceId: HOST,
          state: 'stopped',
          run: 'r-1',
        },
      ],
    },
    `${NAME} can't lead back: ${HOST} has no public address while it is stopped; ` +
      `start it, then again: aws ec2 start-instances --instance-ids ${HOST}`,
  ],
  [
    'the load balancer is another one',
    {
      records: [HALF],
      loadBalancer: null,
      services: [MIMIR],
    },
    'there is no load balancer lgtm-alb, to which the records of that run lead; correct loadBalancer.name in the plan',
  ],
])('there is no way back where %s, and the way out is named', (_, remains, obstacle) => {
  expect(planRecovery(planWith(), GONE, remainsOf(remains)).obstacles).toEqual([obstacle]);
});

test.each<[string, Partial<Remains>]>([
  ['nobody has left a mark', {}],
  [
    'every host is terminated: what stands is the stack itself',
    {
      records: [FOLD],
      services: [MIMIR],
      hosts: [
        {
          instanceId: HOST,
          state: 'terminated',
        },
      ],
    },
  ],
])('there is nothing to take back where %s', (_, remains) => {
  const found = planRecovery(planWith(), GONE, remainsOf(remains));
  expect([found.standing, found.wayBack, found.obstacles]).toEqual([[], [], []]);
  expect(nothingStands(found)).toBe(
    `nothing of lgtm-prd stands that could be taken back (by what stands in the account, since ${GONE.why})`,
  );
});
