import { fitLines } from '../../src/commands/screen';

const LINES = [
  'lgtm-prd   ▶ shift',
  '├─ ✔ preflight     good',
  '├─ ✔ provision     good',
  '├─ ◌ shift         10 %',
  '│     gate         ◌ collecting',
  '├─ · decommission  later',
  '└─ • way back      5 undos ready',
  'next: lgtm-migrate pause',
];
const EVENTS = ['09:00:00  one', '09:00:01  two'];

test('a high terminal shows all, and of the events the newest that fit', () => {
  expect(fitLines(LINES, EVENTS, 24)).toEqual([...LINES, '', ...EVENTS]);
  expect(fitLines(LINES, EVENTS, 11)).toEqual([...LINES, '', '09:00:01  two']);
  expect(fitLines(LINES, EVENTS, 9)).toEqual(LINES);
});

test('a low terminal shows what is under way, the way back and what to type; what is settled gives way', () => {
  expect(fitLines(LINES, EVENTS, 7)).toEqual([
    'lgtm-prd   ▶ shift',
    '├─ … 3 more lines in a higher terminal',
    '├─ ◌ shift         10 %',
    '│     gate         ◌ collecting',
    '└─ • way back      5 undos ready',
    'next: lgtm-migrate pause',
  ]);
  expect(fitLines(LINES, EVENTS, 5)).toEqual([
    'lgtm-prd   ▶ shift',
    '├─ … 5 more lines in a higher terminal',
    '└─ • way back      5 undos ready',
    'next: lgtm-migrate pause',
  ]);
});
