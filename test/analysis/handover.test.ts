import { compareHandover, type Handover } from '../../src/analysis/handover';

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
  const newest = (at: string) => [{ service: 'loki', at, note: '', isShared: true }];
  const [doubtful] = compareHandover(newest(LATE), first);
  expect(doubtful).toMatchObject({ newestOld: LATE, gapSeconds: null });
  expect(doubtful!.note).toBe('the newest that the host names may be what ECS wrote, since it reads S3 too');
  const [sure] = compareHandover(newest(SOON), [{ service: 'loki', at: LATE, note: '' }]);
  expect(sure).toMatchObject({ gapSeconds: 3600, note: '' });
});

test('where nobody knows what ECS has, the newest of a host that reads S3 may be its', () => {
  const [report] = compareHandover(
    [{ service: 'loki', at: SOON, note: '', isShared: true }],
    [{ service: 'loki', at: null, note: 'answered 500' }],
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
