import { compareHandover } from '../../src/analysis/handover';
import { view } from '../../src/commands/view';
import { renderDetails } from '../../src/workflows/details';
import type { Status, Waiting } from '../../src/contract/status';

const START = '2026-01-05T09:00:00.000Z';
const at = (minutes: number) => new Date(Date.parse(START) + minutes * 60_000).toISOString();

const waiting: Status = {
  kind: 'migration',
  name: 'lgtm-prd',
  workflowId: 'lgtm-migrate-lgtm-prd',
  runId: 'r',
  phase: 'shift',
  phases: [
    {
      phase: 'preflight',
      state: 'done',
      detail: '13 pass, 2 warn, 0 fail',
      startedAt: START,
      endedAt: at(1),
    },
    {
      phase: 'provision',
      state: 'done',
      detail: '31 of 31 (24 created, 7 adopted)',
      startedAt: at(1),
      endedAt: at(4),
    },
    {
      phase: 'deploy',
      state: 'done',
      detail: 'mimir 3/3  loki 2/2',
      startedAt: at(4),
      endedAt: at(9),
    },
    { phase: 'shift', state: 'running', detail: '50 %', startedAt: at(9) },
    { phase: 'decommission', state: 'pending', detail: '' },
  ],
  weight: 50,
  steps: [
    { weight: 10, state: 'done' },
    { weight: 50, state: 'baking' },
    { weight: 100, state: 'pending' },
  ],
  waitingFor: {
    for: 'approval',
    what: 'approval: 50 → 100 %',
    since: at(60),
    verbs: ['approve', 'pause', 'abort'],
  },
  asked: null,
  paused: false,
  outcome: null,
  gate: {
    verdict: 'passing',
    measurements: [
      {
        signal: 'errors',
        class: 'availability',
        verdict: 'pass',
        value: 0.04,
        unit: '%',
        limit: 0.5,
        comparison: '≤',
        at: at(70),
      },
      {
        signal: 'ingestion',
        class: 'data',
        verdict: 'fail',
        value: 98.2,
        unit: '%',
        limit: 99,
        comparison: '≥',
        at: at(70),
      },
      {
        signal: 'log-delay',
        class: 'data',
        verdict: 'inconclusive',
        unit: 's',
        limit: 10,
        comparison: '≤',
        at: at(70),
        message: 'no data',
      },
    ],
  },
  undo: { pending: 38, irreversible: null },
  rollback: null,
  leftovers: [],
  decisions: [],
  cut: {},
  events: [],
  startedAt: START,
  findings: { warnings: [], failures: [] },
};

test('a migration that waits says for what, what was measured against which limit, and what to type', () => {
  expect(view(waiting, Date.parse(at(72))).join('\n')).toMatchInlineSnapshot(`
"lgtm-prd   ‖ waiting for approval: 50 → 100 %   1 of 3 steps   1h12m
├─ ✔ preflight     13 pass, 2 warn, 0 fail   1m
├─ ✔ provision     31 of 31 (24 created, 7 adopted)   3m
├─ ✔ deploy        mimir 3/3  loki 2/2   5m
├─ ◌ shift         50 %   1h3m
│     steps        ✔ 10 %   ◌ 50 % baking   · 100 %
│     gate         ✔ passing
│                  ✔ errors 0.04 % ≤ 0.5 %
│                  ✖ ingestion 98.2 % < 99 %
│                  ? log-delay no data (≤ 10 s)
├─ · decommission  backing up, stopping and deleting the EC2 hosts
└─ • way back      38 undos ready, nothing irreversible yet
next: lgtm-migrate approve lgtm-prd --reason "…"   ·   pause   ·   abort"
`);
});

test('a question that is asked beside what is shown is shown too, with what to type', () => {
  const asked: Waiting = {
    for: 'approval',
    what: 'approval: scale ECS down although it is still asked: grafana',
    since: at(60),
    verbs: ['approve'],
    reason: 'still asked: grafana 12 requests a minute',
    question: {
      id: '7-0000beef',
      isGrave: true,
    },
  };
  const held: Waiting = {
    for: 'host',
    what: 'a human: could not restore the TTL of grafana.example.com',
    held: 'restore the TTL of grafana.example.com',
    since: at(70),
    verbs: ['retry', 'abort'],
  };
  const lines = view({ ...waiting, waitingFor: held, asked }, Date.parse(at(72)));
  expect(lines).toContain(
    '├─ ‖ and for         approval: scale ECS down although it is still asked: grafana: ' +
      'still asked: grafana 12 requests a minute',
  );
  expect(lines.slice(-2)).toEqual([
    'next: lgtm-migrate retry lgtm-prd --what "restore the TTL of grafana.example.com" --reason "…"   ·   abort',
    'or: lgtm-migrate approve lgtm-prd --question 7-0000beef --reason "…"',
  ]);
});

test('a migration that went back says why, what it did, and what it left', () => {
  const back: Status = {
    ...waiting,
    phase: 'ended',
    waitingFor: null,
    outcome: 'rollback-incomplete',
    endedAt: at(75),
    rollback: {
      reason: 'at 50 %: errors failed 3 times',
      startedAt: at(72),
      steps: [
        { what: 'all traffic to the host', state: 'done' },
        { what: 'scale mimir to 0', state: 'failed', error: 'AccessDenied' },
      ],
    },
    leftovers: [{ what: 'scale mimir to 0', why: 'AccessDenied' }],
  };
  expect(view(back, Date.parse(at(80))).join('\n')).toMatchInlineSnapshot(`
"lgtm-prd   ✖ rollback incomplete   1 of 3 steps   1h15m
├─ ✔ preflight     13 pass, 2 warn, 0 fail   1m
├─ ✔ provision     31 of 31 (24 created, 7 adopted)   3m
├─ ✔ deploy        mimir 3/3  loki 2/2   5m
├─ ◌ shift         50 %   1h6m
├─ · decommission  backing up, stopping and deleting the EC2 hosts
├─ ↩ way back      because at 50 %: errors failed 3 times
│     ✔ all traffic to the host
│     ✖ scale mimir to 0: AccessDenied
├─ ! left over     scale mimir to 0: AccessDenied
└─ • ended; nothing irreversible was done"
`);
});

test('a migration that goes back still shows what the watch sees', () => {
  const back: Status = {
    ...waiting,
    phase: 'rollback',
    waitingFor: null,
    rollback: {
      reason: 'kim said abort',
      startedAt: at(72),
      steps: [{ what: 'all traffic to the host', state: 'running' }],
    },
  };
  const lines = view(back, Date.parse(at(73)));
  const begin = lines.findIndex((line) => line.includes('way back'));
  expect(lines.slice(begin + 1, begin + 3)).toEqual([
    '│     ◌ all traffic to the host',
    expect.stringMatching(/^│ {5}gate {9}✔ passing$/),
  ]);
});

test('what became of the data is said store by store, and what is unknown reads not measured with its reason', () => {
  const stores = [
    { service: 'mimir', amount: 12_345, unit: 'series', note: '' },
    { service: 'tempo', amount: null, unit: 'traces', note: 'answered 401' },
  ];
  const told: Status = {
    ...waiting,
    data: {
      handover: compareHandover(
        [
          { service: 'mimir', at: at(70), note: '' },
          { service: 'loki', at: at(70), note: '' },
          { service: 'tempo', at: null, note: 'answered 401: no org id' },
        ],
        [
          { service: 'mimir', at: at(10), note: '' },
          { service: 'loki', at: at(71), note: '' },
          { service: 'tempo', at: at(10), note: '' },
        ],
      ),
      unflushed: { at: at(72), since: at(9), stores },
    },
  };
  const data = view(told, Date.parse(at(72))).filter(
    (_, index, all) => index > all.indexOf('├─ data') && index <= all.indexOf('├─ data') + 4,
  );
  expect(data.join('\n')).toMatchInlineSnapshot(`
"│     mimir: newest old 10:10:00, first new 09:10:00, gap 0 s; both sides took in for 3600 s
│     loki: newest old 10:10:00, first new 10:11:00, gap 60 s
│     tempo: newest old not measured, first new 09:10:00, gap not measured; old: answered 401: no org id
│     only in memory on ECS at 10:12: mimir 12,345 series, tempo not measured (answered 401)"
`);
  expect(renderDetails(told)).toContain(
    '- tempo: newest old not measured, first new 09:10:00, gap not measured; old: answered 401: no org id',
  );
});
