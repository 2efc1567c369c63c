import { Standstill } from '../../src/commands/deploy-wait';
import { Silence } from '../../src/commands/follow';
import { CommandError } from '../../src/commands/output';
import { waitingLines } from '../../src/commands/view';
import type { Status, Waiting } from '../../src/contract/status';

const AWAY = 'no worker answers on task queue lgtm-migrate';
const MINUTE_MS = 60_000;

let told: string[];

beforeEach(() => {
  told = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told.push(String(text));
    return true;
  });
  jest.useFakeTimers();
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

function statusThatWaits(waitingFor: Omit<Waiting, 'since'> | null): Status {
  const status: Partial<Status> = {
    kind: 'deployment',
    name: 'lgtm-prd',
    waitingFor: waitingFor && { ...waitingFor, since: '2026-11-26T04:00:00.000Z' },
    outcome: null,
    rollback: null,
  };
  return status as Status;
}

test('what a deployment waits for is told once for each thing, with the words that move it', () => {
  const standstill = new Standstill(waitingLines);
  const approval = statusThatWaits({
    for: 'approval',
    what: 'approval: deploy with 2 CRITICAL in lgtm-loki',
    verbs: ['approve', 'abort'],
    reason: 'HIGH at most',
  });
  const bake: Omit<Waiting, 'since'> = {
    for: 'bake',
    what: 'the bake of the deployment',
    verbs: ['promote', 'abort'],
  };
  const holding = (reason: string) => {
    const waiting = { ...bake, reason };
    return statusThatWaits(waiting);
  };
  standstill.tell(approval);
  standstill.tell(approval);
  standstill.tell(statusThatWaits(null));
  standstill.tell(statusThatWaits(bake));
  standstill.tell(holding('log-delay has no data since 41 s'));
  standstill.tell(holding('log-delay has no data since 42 s'));
  expect(told).toEqual([
    'lgtm-prd waits for approval: deploy with 2 CRITICAL in lgtm-loki: HIGH at most\n' +
      'next: lgtm-migrate deploy approve lgtm-prd --reason "…"   ·   abort\n',
    'lgtm-prd waits for the bake of the deployment\n' +
      'next: lgtm-migrate deploy promote lgtm-prd --reason "…"   ·   abort\n',
    'lgtm-prd waits for the bake of the deployment: log-delay has no data since 41 s\n' +
      'next: lgtm-migrate deploy promote lgtm-prd --reason "…"   ·   abort\n',
  ]);
});

test('a silence is told once, tolerated up to its limit, and over as soon as somebody answers', () => {
  const silence = new Silence(10 * MINUTE_MS);
  silence.tell(AWAY);
  jest.advanceTimersByTime(9 * MINUTE_MS);
  silence.tell(AWAY);
  expect(told).toEqual([`${AWAY}; still watching\n`]);
  silence.end();
  jest.advanceTimersByTime(9 * MINUTE_MS);
  silence.tell(AWAY);
  jest.advanceTimersByTime(11 * MINUTE_MS);
  const ended = () => silence.tell(AWAY);
  expect(ended).toThrow(CommandError);
  expect(ended).toThrow(
    `${AWAY}; nobody answered for 10m, and this waits no longer. The run goes on with the next worker`,
  );
  expect(told).toHaveLength(2);
});
