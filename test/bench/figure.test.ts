import { printFigures } from '../../bench/figure';

const figureOf = (measured: number) => ({
  what: 'a signal',
  measured,
  against: 3.2,
  unit: 's',
});

let printed: string[];
beforeEach(() => {
  printed = [];
  // an earlier file of the same process may have left one
  process.exitCode = undefined;
  const note = (text: unknown) => printed.push(String(text)) > 0;
  jest.spyOn(process.stdout, 'write').mockImplementation(note);
  jest.spyOn(process.stderr, 'write').mockImplementation(note);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

test('figures that are as good as what they are held against fail nothing', () => {
  printFigures([figureOf(1.6), figureOf(3.2)]);
  expect([printed.join(''), process.exitCode]).toEqual([
    ' 0.50   1.6 of 3.2 s   a signal\n 1.00   3.2 of 3.2 s   a signal\n',
    undefined,
  ]);
});

test.each([
  ['one is worse', 3.3],
  ['one was not measured', NaN],
])('the bench fails, and names which, where %s', (_, measured) => {
  printFigures([figureOf(1.6), figureOf(measured)]);
  expect(process.exitCode).toBe(1);
  expect(printed.at(-1)).toBe('worse than what it is held against: a signal\n');
});
