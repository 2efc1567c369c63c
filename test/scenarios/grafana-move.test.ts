import type { Status } from '../../src/contract/status';
import { expectAsBefore } from './before';
import { dashboards, edit, LOCKED, SAVED } from './grafana';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const COUNTS = {
  dashboards: 3,
  users: 2,
  dataSources: 2,
  alertRules: 1,
};
const MOVED = [
  'will go from 0 to 100 % in one step',
  'is read-only',
  'copied to fs-',
  'the new Grafana runs on the copy',
  'weight 100 %',
];

/** @param texts in which these parts must stand, each in a later one than the part before */
function expectInOrder(texts: string[], parts: string[]): void {
  const places = parts.map((part) => texts.findIndex((text) => text.includes(part)));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
}

function expectMoved({ weight, steps, data, events }: Status): void {
  expect([weight, steps.map(({ state }) => state)]).toEqual([100, ['skipped', 'skipped', 'done']]);
  const grafana = data!.grafana!;
  expect(grafana).toMatchObject({
    before: COUNTS,
    after: COUNTS,
    edits: {
      total: 0,
      listed: [],
    },
  });
  expect(grafana.sha256).toBe(grafana.copySha256);
  expect(grafana.to).toMatch(/^fs-\w+:\/lgtm-grafana\/grafana\.db$/);
  expectInOrder(
    events.map(({ text }) => text),
    MOVED,
  );
}

test(
  'Grafana moves in one announced step: the old one reads only, checksums are equal, everything is there after',
  scenario(
    {
      world: 'sqlite',
      plan: {
        decommission: {
          approveStop: true,
          approveTerminate: false,
        },
      },
    },
    async (operator) => {
      expect(await edit(operator, 'host', 'Orders')).toEqual(SAVED);
      await operator.start();
      expectMoved(await operator.untilWaitsFor('approval', 'stop i-'));
      const all = ['Loki', 'Mimir', 'Orders'];
      expect(await edit(operator, 'host', 'Orders')).toEqual(LOCKED);
      expect(await dashboards(operator, 'host')).toEqual(all);
      expect(await edit(operator, 'ecs', 'Orders')).toEqual(SAVED);
      await operator.say('approve');
      expect((await operator.ended()).outcome).toBe('completed');
      expect(await dashboards(operator, 'ecs')).toEqual(all);

      // the same plan again finds the same folder, and nothing is copied
      const { code } = await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json');
      expect(code).toBe(0);
      expect(await dashboards(operator, 'ecs')).toEqual(all);
      expect(await edit(operator, 'ecs', 'Later')).toEqual(SAVED);
    },
  ),
);

const WATCHED = {
  shift: { approval: [100] },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};

/** @returns the status at 100 %, where it waits */
async function moveWatched(operator: Operator): Promise<Status> {
  await operator.start();
  await operator.untilWaitsFor('approval', '0 → 100 %');
  await operator.say('approve');
  return operator.untilWaitsFor('approval', 'the end of the shift');
}

const WAY_BACK = [
  'all traffic to the host',
  'scale grafana to 0',
  "edits in …:/lgtm-grafana/grafana.db that the host's Grafana has not",
  'Grafana on … takes edits again',
];

test(
  'a rollback lists what was edited on ECS and keeps it, and the next try does not write over it',
  scenario(
    {
      world: 'sqlite',
      plan: WATCHED,
    },
    async (operator) => {
      const before = await operator.world();
      await moveWatched(operator);
      expect(await edit(operator, 'ecs', 'Orders')).toEqual(SAVED);
      expect(await edit(operator, 'ecs', 'Night shift', 'admin')).toEqual(SAVED);
      await operator.say('rollback', 'too slow');
      const { outcome, leftovers, data, events, rollback } = await operator.ended();
      expect([outcome, leftovers]).toEqual(['rolled-back', []]);
      const edits = data!.grafana!.edits!;
      expect(edits.total).toBe(2);
      const shown = edits.listed.map(({ kind, name, change, by }) => [kind, name, change, by].join(' '));
      expect(shown.sort()).toEqual(['dashboard Night shift created admin', 'dashboard Orders changed kim']);
      expect(events.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(
          /^only in fs-\w+:\/lgtm-grafana\/grafana\.db: dashboard "Night shift" created by admin at /,
        ),
      );
      expectInOrder(
        rollback!.steps.map(({ what }) => what.replace(/i-\w+|fs-\w+/, '…')),
        WAY_BACK,
      );
      expect(await edit(operator, 'host', 'After')).toEqual(SAVED);
      await expectAsBefore(operator, before);

      const again = await moveWatched(operator);
      expect(again.events.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(/what was there is now grafana\.db\.until-\d{8}T\d{6}Z/),
      );
      expect(await dashboards(operator, 'ecs')).toEqual(['After', 'Loki', 'Mimir', 'Orders']);
    },
  ),
);
