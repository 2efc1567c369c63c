import { compareHandover, listGaps, type Handover } from '../../src/analysis/handover';

const LATE = '2026-01-05T10:00:00.000Z';
const SOON = '2026-01-05T09:00:00.000Z';

function compare(old: string | null, first: string | null): Handover | undefined {
  const newest = [
    {
      service: 'loki',
      at: old,
      note: 'silent',
    },
  ];
  const [line] = compareHandover(newest, [
    {
      service: 'loki',
      at: first,
      note: 'mute',
    },
  ]);
  return line;
}

test('where both sides overlap there is no gap, and for how long is said', () => {
  expect(compare(LATE, SOON)).toMatchObject({
    gapSeconds: 0,
    note: 'both sides took in for 3600 s',
  });
});

test('where the host reads what ECS wrote, its newest sample proves nothing unless it is older', () => {
  const first = [
    {
      service: 'loki',
      at: SOON,
      note: '',
    },
  ];
  const newest = (at: string) => [
    {
      service: 'loki',
      at,
      note: '',
      isShared: true,
    },
  ];
  const [doubtful] = compareHandover(newest(LATE), first);
  expect(doubtful).toMatchObject({
    newestOld: LATE,
    gapSeconds: null,
  });
  expect(doubtful!.note).toBe('the newest that the host names may be what ECS wrote, since it reads S3 too');
  const [sure] = compareHandover(newest(SOON), [
    {
      service: 'loki',
      at: LATE,
      note: '',
    },
  ]);
  expect(sure).toMatchObject({
    gapSeconds: 3600,
    note: '',
  });
});

test('such a host has what it had before the shift as its own, from which on the gap is at most', () => {
  const EARLY = '2026-01-05T08:58:00.000Z';
  const first = (at: string | null) => [
    {
      service: 'loki',
      at,
      note: 'answered 500',
    },
  ];
  const shared = {
    service: 'loki',
    at: LATE,
    note: '',
    isShared: true,
    ownAt: EARLY,
  };
  const [atMost] = compareHandover([shared], first(SOON));
  expect(atMost).toMatchObject({
    newestOld: LATE,
    gapSeconds: 120,
    isAtMost: true,
  });
  expect(atMost!.note).toMatch(/^at most: from the host's newest of before the shift/);
  const [none] = compareHandover(
    [
      {
        ...shared,
        ownAt: SOON,
      },
    ],
    first(SOON),
  );
  expect(none).toMatchObject({
    gapSeconds: 0,
    isAtMost: true,
  });
  const [unknown] = compareHandover([shared], first(null));
  expect(unknown).toMatchObject({
    gapSeconds: null,
    note: expect.stringContaining('may be what ECS wrote'),
  });
  const [sure] = compareHandover(
    [
      {
        ...shared,
        at: SOON,
      },
    ],
    first(LATE),
  );
  expect(sure).toEqual({
    service: 'loki',
    newestOld: SOON,
    firstNew: LATE,
    gapSeconds: 3600,
    note: '',
  });
});

test('of several hosts one that reads no S3 says by itself until when it took in', () => {
  const own = {
    service: 'mimir',
    at: LATE,
    note: '',
  };
  const shared = {
    service: 'mimir',
    at: LATE,
    note: '',
    isShared: true,
  };
  const [report] = compareHandover(
    [own, shared],
    [
      {
        service: 'mimir',
        at: SOON,
        note: '',
      },
    ],
  );
  expect(report).toMatchObject({
    gapSeconds: 0,
    isAtMost: true,
  });
});

test('where nobody knows what ECS has, the newest of a host that reads S3 may be its', () => {
  const [report] = compareHandover(
    [
      {
        service: 'loki',
        at: SOON,
        note: '',
        isShared: true,
      },
    ],
    [
      {
        service: 'loki',
        at: null,
        note: 'answered 500',
      },
    ],
  );
  expect(report!.note).toContain('may be what ECS wrote');
});

test('a gap lies between the newest old sample and the first new one', () => {
  expect(compare(SOON, LATE)).toMatchObject({
    gapSeconds: 3600,
    note: '',
  });
});

test('what is unknown on one side is no number, and the note says which side', () => {
  expect(compare(null, LATE)).toMatchObject({
    gapSeconds: null,
    note: 'old: silent',
  });
  expect(compare(SOON, null)).toMatchObject({
    gapSeconds: null,
    note: 'new: mute',
  });
});

test('of several hosts the newest sample counts', () => {
  const hosts = [SOON, LATE, null].map((at) => ({
    service: 'loki',
    at,
    note: '',
  }));
  expect(
    compareHandover(hosts, [
      {
        service: 'loki',
        at: LATE,
        note: '',
      },
    ])[0],
  ).toMatchObject({ newestOld: LATE });
});

test('where no host was asked that is the note', () => {
  const [line] = compareHandover(
    [],
    [
      {
        service: 'loki',
        at: LATE,
        note: '',
      },
    ],
  );
  expect(line).toMatchObject({
    gapSeconds: null,
    note: 'old: no host was asked',
  });
});

test('a gap above its limit, or one that nobody measured, is to be answered for, unless any length is allowed', () => {
  const line = (service: string, gapSeconds: number | null): Handover => ({
    service,
    newestOld: null,
    firstNew: null,
    gapSeconds,
    note: '',
  });
  const report = [line('mimir', 300), line('loki', 301), line('tempo', null), line('pyroscope', null)];
  const limits = {
    mimir: 300,
    loki: 300,
    tempo: 300,
    pyroscope: Infinity,
  };
  expect(listGaps(report, limits).map(({ service }) => service)).toEqual(['loki', 'tempo']);
});
