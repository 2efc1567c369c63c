import { applyAcceptance } from '../../../src/activities/preflight/acceptance';
import type { HeldBackend, StoreHoldings } from '../../../src/activities/preflight/holding';
import { judgeHoldings } from '../../../src/activities/preflight/holdings';
import type { Finding } from '../../../src/contract/findings';

const NOW = Date.parse('2026-11-25T12:00:00Z');

const inBucket: HeldBackend = {
  what: 'blocks',
  kind: 's3',
  setting: 'blocks_storage.backend',
  bucket: 'b',
  prefix: 'mimirblocks',
};

const chunks: HeldBackend = {
  what: 'chunks and index',
  kind: 'filesystem',
  setting: 'schema_config.configs.0.object_store',
  prefix: '',
};

function keep(service: string, ...backends: HeldBackend[]): StoreHoldings {
  return {
    instanceId: 'i-1',
    service,
    backends,
    folders: [
      {
        path: '/data',
        kb: 200_000,
      },
    ],
  };
}

/** Chunks of Loki on a disk; without a size the folder is not there. */
function keepOnDisk(kb?: number): StoreHoldings {
  return keep('loki', {
    ...chunks,
    local: {
      path: '/vol/chunks',
      ...(kb !== undefined && { kb }),
    },
  });
}

const shorten = (findings: Finding[]) => findings.map(({ level, id }) => [level, id]);
const judge = (...stores: StoreHoldings[]) => shorten(judgeHoldings(stores, [], NOW));

test('data on a disk is a loss of its own name, with its place and size', () => {
  expect(judgeHoldings([keepOnDisk(4_300_000)], [], NOW)).toEqual([
    {
      id: 'loki/filesystem',
      check: 'data',
      level: 'fail',
      message: 'loki on i-1 keeps its chunks and index on disk, 4.1 GB in /vol/chunks; S3 has none of it',
      fix: 'copy it to S3 first (docs/data.md), or accept the loss by name: data.accept: [loki/filesystem]',
    },
  ]);
});

test.each([12, undefined])('a folder of %s KB is no loss', (kb) => {
  expect(judge(keepOnDisk(kb))).toEqual([['pass', undefined]]);
});

describe('S3 is believed when it lists something new', () => {
  const list = (count: number, newest?: string): HeldBackend => ({
    ...inBucket,
    listing: {
      count,
      atNewest: 1,
      more: false,
      ...(newest !== undefined && { newest }),
    },
  });

  test('an object of the last hour passes', () => {
    expect(judge(keep('mimir', list(3, '2026-11-25T11:00:00Z')))).toEqual([['pass', undefined]]);
  });

  test('nothing new for days is a warning', () => {
    expect(judge(keep('mimir', list(3, '2026-11-20T11:00:00Z')))).toEqual([['warn', undefined]]);
  });

  test.each<[string, HeldBackend, string]>([
    ['an empty place', list(0), 'mimir/s3'],
    [
      'a refused listing',
      {
        ...inBucket,
        refused: 'AccessDenied',
      },
      'mimir/s3',
    ],
    [
      "another maker's S3",
      {
        ...inBucket,
        endpoint: 'minio:9000',
      },
      'mimir/storage',
    ],
  ])('%s is a loss', (_, backend, id) => {
    expect(judge(keep('mimir', backend))).toEqual([['fail', id]]);
  });

  test('what S3 refuses to list is told with the statement that allows it', () => {
    const statement = '{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::lgtm"}';
    const [finding] = judgeHoldings(
      [
        keep('mimir', {
          ...inBucket,
          refused: 'AccessDenied: not authorized to perform: s3:ListBucket',
          statement,
        }),
      ],
      [],
      NOW,
    );
    expect(finding).toMatchObject({
      id: 'mimir/s3',
      fix: `add ${statement} to the worker's role, or accept the loss by name: data.accept: [mimir/s3]`,
    });
  });

  test('a store that does not say where its data is may lose all', () => {
    expect(
      judge({
        ...keep('mimir'),
        silent: 'curl: (7)',
      }),
    ).toEqual([['fail', 'mimir/silent']]);
  });
});

test('a volume of any other container counts when it is not trivially small', () => {
  const volume = {
    instanceId: 'i-1',
    service: 'prometheus',
    destination: '/prometheus',
    path: '/vol/p',
  };
  const volumes = [
    { ...volume, kb: 9_000_000 },
    {
      ...volume,
      kb: 300,
      service: 'proxy',
    },
  ];
  expect(shorten(judgeHoldings([], volumes, NOW))).toEqual([['fail', 'prometheus/volume']]);
});

describe('the plan has a word on losses', () => {
  const losses = judgeHoldings([keepOnDisk(5000)], [], NOW);
  const accept = (names: string[], enabled = true) =>
    applyAcceptance(losses, {
      data: { accept: names },
      decommission: { enabled } as Parameters<typeof applyAcceptance>[1]['decommission'],
    });

  test('a loss that it accepts by name is a warning that says so', () => {
    const [finding] = accept(['loki/filesystem']);
    expect(finding).toMatchObject({ level: 'warn' });
    expect(finding?.message).toMatch(/\(accepted by data\.accept\)$/);
  });

  test('an acceptance of nothing is a warning, for it may be a typing error', () => {
    const [loss, warning] = accept(['loki/filesytem']);
    expect(loss?.level).toBe('fail');
    expect(warning).toMatchObject({
      level: 'warn',
      message: 'data.accept names loki/filesytem, which is nowhere to be found',
      fix: 'take it out; what may be accepted is loki/filesystem',
    });
  });

  test('where the hosts stay nothing is lost', () => {
    expect(shorten(accept([], false))).toEqual([['warn', 'loki/filesystem']]);
  });
});
