import { fitted } from '../../src/commands/screen';
import { untold } from '../../src/commands/watch';

const event = (minute: number) => ({ at: `2026-01-05T09:${minute}:00.000Z`, text: `event ${minute}` });

test('a watch tells each event once, also when the status has dropped the oldest ones', () => {
  expect(untold([event(10), event(11)], undefined)).toEqual([event(10), event(11)]);
  expect(untold([event(11), event(12), event(13)], event(11))).toEqual([event(12), event(13)]);
  expect(untold([event(12), event(13)], event(13))).toEqual([]);
  expect(untold([event(20), event(21)], event(13))).toEqual([event(20), event(21)]);
});

test('a low terminal shows what is under way, the way back and what to type; old events and what is settled give way', () => {
  const lines = [
    'lgtm-prd   ▶ shift',
    '├─ ✔ preflight     good',
    '├─ ✔ provision     good',
    '├─ ◌ shift         10 %',
    '│     gate         ◌ collecting',
    '├─ · decommission  later',
    '└─ • way back      5 undos ready',
    'next: lgtm-migrate pause',
  ];
  const events = ['09:00:00  one', '09:00:01  two'];
  expect(fitted(lines, events, 24)).toEqual([...lines, '', ...events]);
  expect(fitted(lines, events, 11)).toEqual([...lines, '', '09:00:01  two']);
  expect(fitted(lines, events, 9)).toEqual(lines);
  expect(fitted(lines, events, 7)).toEqual([
    lines[0],
    '├─ … 3 more lines in a higher terminal',
    lines[3],
    lines[4],
    lines[6],
    lines[7],
  ]);
  expect(fitted(lines, events, 5)).toEqual([lines[0], '├─ … 5 more lines in a higher terminal', lines[6], lines[7]]);
});
