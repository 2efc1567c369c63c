import { eventsAfter } from '../../src/commands/display';

/** Events of an hour, by their minute. */
function eventsAt(...minutes: number[]) {
  return minutes.map((minute) => ({
    at: `2026-01-05T09:${minute}:00.000Z`,
    text: `event ${minute}`,
  }));
}

const [toldLast] = eventsAt(13);

test('a watch tells each event once', () => {
  const events = eventsAt(12, 13, 14, 15);
  expect(eventsAfter(events, undefined)).toEqual(events);
  expect(eventsAfter(events, toldLast)).toEqual(eventsAt(14, 15));
  expect(eventsAfter(eventsAt(12, 13), toldLast)).toEqual([]);
});

test('a watch tells all events of a status that has dropped the one that was told last', () => {
  const events = eventsAt(20, 21);
  expect(eventsAfter(events, toldLast)).toEqual(events);
});
