import { addresses, eventsOf, KILLED, member, testKeeper, THREE } from './keeper';
import type { Member } from './ring';

const FEWER_THAN_QUORUM = '1 of the tasks that mimir.lgtm.local names are ACTIVE, fewer than the quorum of 2';

testKeeper('it keeps an UNHEALTHY member whose address is still named', async (rig) => {
  rig.dns.says = addresses(5, 6, 7, 9);
  await rig.expectForgetsNobody('kept', 'mimir.lgtm.local still names its address');
});

const HEALTHY: Member['state'][] = ['ACTIVE', 'LEAVING', 'PENDING', 'JOINING'];

for (const state of HEALTHY) {
  testKeeper(`it keeps a member in state ${state}, named or not`, async (rig) => {
    const mark = member(10, 'UNHEALTHY', { id: 'mark' });
    rig.mimir.members = [...THREE, member(9, state), mark];
    await rig.untilSaid(rig.startKeeper(), 'forgotten');
    await rig.untilLooked(3);
    expect(rig.mimir.forgotten).toEqual([{ id: 'mark', look: 2 }]);
  });
}

testKeeper('it keeps a member whose heartbeat moved between two looks', async (rig) => {
  rig.mimir.before = (look) => {
    const timestamp = `2026-11-24T09:58:${10 + look}Z`;
    rig.mimir.members = [...THREE, { ...KILLED, timestamp }];
  };
  const keeper = rig.startKeeper();
  await rig.until('suspicion at every look', () => keeper.events.length > 3);
  expect(rig.mimir.forgotten).toEqual([]);
});

testKeeper('it keeps a member that was gone in two looks, but not in a row', async (rig) => {
  rig.mimir.before = (look) => {
    rig.dns.says = look % 2 === 0 ? 2 : addresses(5, 6, 7);
  };
  const keeper = rig.startKeeper();
  const countSuspicions = () => eventsOf(keeper).filter((event) => event === 'suspected').length;
  await rig.until('three suspicions', () => countSuspicions() > 2);
  expect(rig.mimir.forgotten).toEqual([]);
});

const STRANGE: [string, Partial<Member>, string][] = [
  ['id', { id: 'a b"c' }, 'its id is none that a task has'],
  ['address', { address: 'mimir-3:9095' }, 'it has no IPv4 address'],
  ['address at all', { address: '' }, 'it has no IPv4 address'],
];

for (const [what, strange, reason] of STRANGE) {
  testKeeper(`it keeps a member with a strange ${what}`, async (rig) => {
    rig.mimir.members = [...THREE, { ...KILLED, ...strange }];
    await rig.expectForgetsNobody('kept', reason);
  });
}

testKeeper('it keeps everybody while fewer than a quorum runs, and forgets once enough do', async (rig) => {
  rig.mimir.members = [member(5), member(6, 'JOINING'), member(8), KILLED];
  const keeper = rig.startKeeper();
  const { reason } = await rig.untilSaid(keeper, 'waiting');
  expect(reason).toBe(FEWER_THAN_QUORUM);
  await rig.untilLooked(2);
  expect(rig.mimir.forgotten).toEqual([]);
  const enough = [member(5), member(6), member(8)];
  rig.mimir.members = [...enough, KILLED];
  await rig.untilSaid(keeper, 'forgotten');
  expect(rig.mimir.members).toEqual(enough);
});
