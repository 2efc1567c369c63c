import { untold } from '../../src/commands/watch';

const event = (minute: number) => ({ at: `2026-01-05T09:${minute}:00.000Z`, text: `event ${minute}` });

test('a watch tells each event once, also when the status has dropped the oldest ones', () => {
  expect(untold([event(10), event(11)], undefined)).toEqual([event(10), event(11)]);
  expect(untold([event(11), event(12), event(13)], event(11))).toEqual([event(12), event(13)]);
  expect(untold([event(12), event(13)], event(13))).toEqual([]);
  expect(untold([event(20), event(21)], event(13))).toEqual([event(20), event(21)]);
});
