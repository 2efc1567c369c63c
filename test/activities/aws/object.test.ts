import { hasNewObjects } from '../../../src/activities/aws/object';

const at = (newest: string | undefined, atNewest: number) => ({ atNewest, ...(newest !== undefined && { newest }) });
const before = at('2026-11-25T12:00:00.000Z', 2);

test("a listing is newer than an earlier one by S3's clock alone", () => {
  expect(hasNewObjects(before, at('2026-11-25T12:00:01.000Z', 1))).toBe(true);
  expect(hasNewObjects(before, before)).toBe(false);
});

test('in the same second the number of objects decides', () => {
  expect(hasNewObjects(before, at('2026-11-25T12:00:00.000Z', 3))).toBe(true);
});

test('the first object of a place is new, and an empty place has none', () => {
  expect(hasNewObjects(at(undefined, 0), before)).toBe(true);
  expect(hasNewObjects(at(undefined, 0), at(undefined, 0))).toBe(false);
});
