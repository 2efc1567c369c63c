import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { heartbeat, withHeartbeats } from '../../src/activities/pacing';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** An attempt of an activity, and the details of each heartbeat that it sent. */
function startAttempt(before?: unknown) {
  const sent: unknown[] = [];
  const context = {
    info: { heartbeatDetails: before },
    heartbeat: (details: unknown) => sent.push(details),
  } as unknown as Context;
  let end = () => {};
  const run = withHeartbeats(() => new Promise<void>((resolve) => (end = resolve)));
  const ended = asyncLocalStorage.run(context, () => run(undefined));
  const tell = (details: unknown) => asyncLocalStorage.run(context, () => heartbeat(details));
  return {
    sent,
    tell,
    end: () => {
      end();
      return ended;
    },
  };
}

test('an activity heartbeats each second while it only waits', async () => {
  const { sent, end } = startAttempt();
  await jest.advanceTimersByTimeAsync(3_500);
  expect(sent).toHaveLength(3);
  await end();
  await jest.advanceTimersByTimeAsync(3_000);
  expect(sent).toHaveLength(3);
});

test('each heartbeat repeats what the activity told last', async () => {
  const { sent, tell, end } = startAttempt();
  tell('first');
  tell('second');
  await jest.advanceTimersByTimeAsync(2_500);
  expect(sent).toEqual(['first', 'second', 'second', 'second']);
  await end();
});

test('until it has told something, it repeats what the attempt before it had told', async () => {
  const { sent, tell, end } = startAttempt('counted until now');
  await jest.advanceTimersByTimeAsync(1_500);
  tell('counted since');
  await jest.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual(['counted until now', 'counted since', 'counted since']);
  await end();
});

test('what an activity throws is thrown, and it heartbeats no more', async () => {
  const sent: unknown[] = [];
  const context = {
    info: {},
    heartbeat: () => sent.push(undefined),
  } as unknown as Context;
  const run = withHeartbeats(() => Promise.reject(new Error('denied')));
  await expect(asyncLocalStorage.run(context, () => run(undefined))).rejects.toThrow('denied');
  await jest.advanceTimersByTimeAsync(2_000);
  expect(sent).toEqual([]);
});
