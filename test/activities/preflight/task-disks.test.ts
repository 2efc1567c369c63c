import type { StoreHoldings } from '../../../src/activities/preflight/holding';
import { judgeTaskDisks } from '../../../src/activities/preflight/task-disks';
import { planWith } from '../../plan/plan';

const GB = 1024 ** 2;

/** Mimir with blocks in S3 and so much on a disk of its host. */
function keep(gb: number, kind = 's3'): StoreHoldings {
  return {
    instanceId: 'i-1',
    service: 'mimir',
    backends: [
      {
        what: 'blocks',
        kind,
        setting: 'blocks_storage.backend',
        bucket: 'b',
        prefix: 'mimirblocks',
      },
    ],
    folders: [{ path: '/data', kb: gb * GB }],
  };
}

const judge = (store: StoreHoldings, more = '') => judgeTaskDisks([store], planWith(more).services);

test("what lies on a host's disk beside S3 has to fit on that of a task, with room to grow", () => {
  expect(judge(keep(12))).toEqual([]);
  expect(judge(keep(31))).toEqual([
    {
      check: 'disk',
      level: 'warn',
      message: 'mimir on i-1 has 31.0 GB on disk (WAL, head, caches), and its task will have 20 GB',
      fix: 'set services.mimir.ephemeralStorage to 49, or see what fills it',
    },
  ]);
});

test('a plan that says so has it', () => {
  expect(judge(keep(31), 'services: { mimir: { ephemeralStorage: 49 } }\n')).toEqual([]);
});

test('what no task can have is told as that', () => {
  expect(judge(keep(150))).toMatchObject([{ fix: expect.stringContaining('200 GB at most') as string }]);
});

test('data that is on the disk itself is a loss, and told elsewhere', () => {
  expect(judge(keep(31, 'filesystem'))).toEqual([]);
});
