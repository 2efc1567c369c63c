import { addresses, eventsOf, KILLED, member, testKeeper, THREE } from './keeper';
import type { Member } from './ring';

type Page = (members: Member[]) => string;

function withKeysInAnotherOrder(members: Member[]): string {
  const shards = members.map(({ id, state, address, timestamp }) => ({
    zone: 'a',
    timestamp,
    tokens: [],
    address,
    state,
    id,
  }));
  return JSON.stringify({ now: 'x', shards });
}

function withWhiteSpace(members: Member[]): string {
  const page = JSON.stringify({ shards: members, now: 'x' }, undefined, 2);
  return page.replaceAll('": ', '"\r\n :\t');
}

function withUnknownKeys(members: Member[]): string {
  return JSON.stringify({
    version: {
      shards: [{ id: 'ip-10-0-1-66', state: 'UNHEALTHY', address: '10.0.1.66:9095' }],
    },
    shards: members.map((entry) => ({
      versions: { id: 'x', state: 'ACTIVE', address: '10.0.1.5:1' },
      ...entry,
      note: '"}]{[,: \\',
      more: [{ id: 'y', state: 'ACTIVE' }, null, -1.5e3],
    })),
    other: [{ id: 'ip-10-0-1-67', state: 'UNHEALTHY', address: '10.0.1.67:9095' }],
  });
}

const FORGOTTEN = {
  component: 'ring-keeper',
  event: 'forgotten',
  id: KILLED.id,
  address: '10.0.1.9',
};
const SUSPECTED = {
  ...FORGOTTEN,
  event: 'suspected',
  heartbeat: KILLED.timestamp,
};

testKeeper('it forgets a killed task at the second look, and nobody else', async (rig) => {
  const keeper = rig.startKeeper();
  await rig.untilSaid(keeper, 'forgotten');
  await rig.untilLooked(3);
  expect(rig.mimir.forgotten).toEqual([{ id: KILLED.id, look: 2 }]);
  expect(rig.mimir.members).toEqual(THREE);
  expect(keeper.events).toEqual([SUSPECTED, FORGOTTEN]);
  expect(new Set(rig.dns.asked)).toEqual(new Set(['mimir.lgtm.local']));
});

testKeeper('it forgets nobody before as many looks as it is told', async (rig) => {
  const keeper = rig.startKeeper({ KEEPER_LOOKS: '4' });
  await rig.untilSaid(keeper, 'forgotten');
  expect(rig.mimir.forgotten).toEqual([{ id: KILLED.id, look: 4 }]);
});

testKeeper('it forgets every killed task of a large ring', async (rig) => {
  const killed = Array.from({ length: 30 }, (_, host) => member(100 + host, 'UNHEALTHY'));
  rig.mimir.members = [...THREE, ...killed];
  rig.startKeeper();
  await rig.until('a ring of three', () => rig.mimir.members.length === 3);
  expect(rig.mimir.members).toEqual(THREE);
});

testKeeper('it forgets the one of seven tasks', async (rig) => {
  rig.dns.says = addresses(5, 6, 7, 8, 10, 11, 12);
  await rig.untilSaid(rig.startKeeper(), 'forgotten');
  expect(rig.mimir.members).toEqual(THREE);
});

const PAGES: [string, Page][] = [
  ['keys in another order', withKeysInAnotherOrder],
  ['white space and line breaks', withWhiteSpace],
  ['keys that it does not know', withUnknownKeys],
];

for (const [what, page] of PAGES) {
  testKeeper(`it forgets whatever the page looks like: ${what}`, async (rig) => {
    rig.mimir.page = page;
    await rig.untilSaid(rig.startKeeper(), 'forgotten');
    await rig.untilLooked(2);
    expect(rig.mimir.forgotten).toEqual([{ id: KILLED.id, look: 2 }]);
  });
}

testKeeper('it forgets one that another keeper forgot meanwhile, without harm', async (rig) => {
  rig.mimir.forget = (id) => {
    rig.mimir.members = THREE;
    return { status: 500, body: `error forgetting instance '${id}': no change detected` };
  };
  const keeper = rig.startKeeper();
  await rig.untilSaid(keeper, 'forgotten');
  await rig.untilLooked(2);
  expect(eventsOf(keeper)).toEqual(['suspected', 'forgotten']);
});

testKeeper('two keepers at once forget what one of them would', async (rig) => {
  const keepers = [rig.startKeeper(), rig.startKeeper({ TASK_IP: '10.0.1.6' })];
  await rig.until('a ring of three', () => rig.mimir.members.length === 3);
  await rig.untilLooked(4);
  expect(rig.mimir.members).toEqual(THREE);
  expect(keepers.flatMap(eventsOf)).not.toContain('failed');
});

testKeeper('it tries again, and says so, where the ring keeps a member that it was asked to forget', async (rig) => {
  rig.mimir.forget = () => ({ status: 302 });
  const keeper = rig.startKeeper();
  const { id, reason } = await rig.untilSaid(keeper, 'failed');
  expect(id).toBe(KILLED.id);
  expect(reason).toContain('the ring still has it');
  await rig.until('another try', () => rig.mimir.forgotten.length > 1);
  expect(eventsOf(keeper)).not.toContain('forgotten');
});
