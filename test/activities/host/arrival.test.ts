import type { Deps } from '../../../src/activities/clients';
import { Arrival } from '../../../src/activities/host/arrival';
import { readCounts } from '../../../src/activities/host/counts';
import type { RunningStore } from '../../../src/activities/host/stores';
import type { StoreState } from '../../../src/contract/stores';

jest.mock('../../../src/activities/host/counts');
jest.mock('../../../src/activities/aws/object', () => ({
  listObjects: () => Promise.resolve({}),
  hasNewObjects: () => true,
}));

const MIMIR: StoreState = {
  service: 'mimir',
  store: 'mimir',
  held: 1200,
  stored: 7,
  s3: {
    bucket: 'b',
    prefix: 'mimirblocks',
    atNewest: 0,
  },
};
const RUNNING = [
  {
    instanceId: 'i-1',
    store: 'mimir',
    container: { Service: 'mimir' },
  },
] as RunningStore[];

/** Seconds of a flush, what the store says then, and whether it is believed. */
type Look = [second: number, counts: { held: number; stored: number; queued?: number }, isBelieved: boolean];

async function expectLooks(arrival: Arrival, looks: Look[], running = RUNNING): Promise<void> {
  for (const [second, counts, isBelieved] of looks) {
    jest.setSystemTime(second * 1000);
    jest.mocked(readCounts).mockResolvedValue(counts);
    const why = await arrival.look({} as Deps, running);
    expect([second, why === undefined]).toEqual([second, isBelieved]);
  }
}

beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

test('a flush that was heard to its end is believed a second after its last rise', () =>
  expectLooks(new Arrival(MIMIR, true), [
    [
      0,
      {
        held: 1200,
        stored: 7,
      },
      false,
    ],
    [
      3,
      {
        held: 0,
        stored: 8,
      },
      false,
    ],
    [
      6,
      {
        held: 0,
        stored: 8,
      },
      true,
    ],
  ]));

test("one whose call was cut off is not, while another tenant's blocks may be on their way", () =>
  expectLooks(new Arrival(MIMIR, false), [
    [
      0,
      {
        held: 1200,
        stored: 8,
      },
      false,
    ],
    [
      3,
      {
        held: 1200,
        stored: 8,
      },
      false,
    ],
    [
      25,
      {
        held: 1200,
        stored: 8,
      },
      false,
    ],
    [
      28,
      {
        held: 0,
        stored: 9,
      },
      false,
    ],
    [
      50,
      {
        held: 0,
        stored: 9,
      },
      false,
    ],
    [
      58,
      {
        held: 0,
        stored: 9,
      },
      true,
    ],
  ]));

test('quiet proves nothing while the store says that something is left', () =>
  expectLooks(
    new Arrival(
      {
        ...MIMIR,
        held: 0,
      },
      true,
    ),
    [
      [
        0,
        {
          held: 1,
          stored: 7,
        },
        false,
      ],
      [
        9,
        {
          held: 1,
          stored: 7,
        },
        false,
      ],
      [
        60,
        {
          held: 0,
          stored: 7,
        },
        false,
      ],
      [
        64,
        {
          held: 0,
          stored: 7,
        },
        false,
      ],
      [
        66,
        {
          held: 0,
          stored: 7,
        },
        true,
      ],
    ],
  ));

const QUEUED: StoreState = {
  ...MIMIR,
  service: 'loki',
  store: 'loki',
};
const LOKI = [
  {
    ...RUNNING[0],
    store: 'loki',
    container: { Service: 'loki' },
  },
] as RunningStore[];

const queued =
  (count: number) =>
  (second: number): Look => [second, { held: 9, stored: 8, queued: count }, false];
const believed: Look = [18, { held: 9, stored: 8, queued: 0 }, true];

test('of a store whose call ends at once a rise is believed after five quiet seconds, never while it has a queue', () =>
  expectLooks(new Arrival(QUEUED, true), [...[0, 3, 9].map(queued(1)), ...[12, 15].map(queued(0)), believed], LOKI));
