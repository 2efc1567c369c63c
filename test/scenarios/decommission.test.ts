import { statesOfContainers } from './before';
import type { Handover } from '../../src/analysis/handover';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

interface Command {
  Comment: string;
  at: number;
}

const STORES = ['mimir', 'loki', 'tempo', 'pyroscope'];
const WEEK = {
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};
const STRAIGHT = {
  approveStop: false,
  approveTerminate: false,
};
const LOSS =
  /loki on i-\w+ keeps its chunks and index on disk, 4\.1 GB in \/var\/lib\/docker\/volumes\/\S+; S3 has none of it/;

async function changeHost(operator: Operator, keys: Record<string, unknown>): Promise<void> {
  const [id] = (await operator.emulator.world()).instanceIds;
  await operator.emulator.post('/host', {
    id,
    ...keys,
  });
}

/** By its own configuration a host's store looks into S3 whatever the age, as `query_store_after: 0s` says. */
async function readBucketAtOnce(operator: Operator, store: string): Promise<void> {
  const [id] = (await operator.emulator.world()).instanceIds;
  const { configs } = await operator.emulator.get<{ configs: Record<string, string> }>(`/host?id=${id}`);
  const whole = `${configs[store]}querier:\n    query_store_after: 0s\n`;
  await changeHost(operator, {
    configs: {
      ...configs,
      [`${store} whole`]: whole,
    },
  });
}

test(
  'before the point of no return each store has a figure, or the reason why it has none',
  scenario({ plan: WEEK }, async (operator) => {
    await operator.emulator.post('/stores', {
      answers: { tempo: 401 },
      unhealthy: ['loki'],
    });
    await readBucketAtOnce(operator, 'mimir');
    await operator.start();
    const unwritten = await operator.untilWaitsFor('approval', 'not seen to write to S3');
    expect(unwritten.waitingFor!.what).toMatch(
      /although ECS is not seen to write to S3: tempo: answered 401: no org id/,
    );
    await operator.say('approve');
    const held = await operator.untilWaitsFor('approval', 'the handover is not proven');
    expect(held.waitingFor!.what).toMatch(
      /mimir not measured \(.*\); loki not measured \(.*\); tempo not measured \(new: answered 401: no org id\)/,
    );
    await operator.say('approve');
    const { waitingFor, data, events } = await operator.untilWaitsFor('approval', 'point of no return');
    const handovers = data!.handover!;
    expect(handovers.map(({ service }) => service)).toEqual(STORES);
    expect(handovers.filter(({ newestOld }) => !(Date.parse(newestOld!) > 0))).toEqual([]);
    const [mimir, loki, tempo, pyroscope] = handovers as [Handover, Handover, Handover, Handover];
    for (const { firstNew, gapSeconds } of [loki, tempo]) expect([firstNew, gapSeconds]).toEqual([null, null]);
    expect(loki.note).toContain('new: answered 500: too many unhealthy instances in the ring');
    expect(tempo.note).toBe('new: answered 401: no org id');
    for (const { firstNew } of [mimir, pyroscope]) expect(Date.parse(firstNew!)).toBeGreaterThan(0);
    const mayBeOthers = expect.stringMatching(/may be what ECS wrote, since it reads S3 too$/);
    expect([mimir.gapSeconds, mimir.note]).toEqual([null, mayBeOthers]);
    expect([pyroscope.isAtMost, pyroscope.gapSeconds! < 300]).toEqual([true, true]);
    expect(events.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('rings closed: mimir 3 of 3, loki 2 of 2'),
    );
    expect(waitingFor!.what).toMatch(/terminate i-\w+; .*; a rollback from here: what ECS took in since \S+ \S+ UTC/);
    expect(waitingFor!.what).toContain('is in S3 but for mimir 12,345 series, loki 42 chunks, tempo not measured');
    expect(data!.unflushed!.stores.map(({ amount }) => amount)).toEqual([12_345, 42, null, 2048]);
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
  }),
);

test(
  'two rings where one should be hold the deploy and are named, and a retry goes on once they are one',
  scenario({ plan: { shift: { approval: true } } }, async (operator) => {
    await operator.emulator.post('/stores', { split: ['mimir'] });
    await operator.start();
    const held = await operator.untilWaitsFor('retry');
    expect([held.weight, held.phase]).toEqual([0, 'deploy']);
    expect(held.waitingFor!.reason).toMatch(
      /^mimir: 1 of 3 members are in the ring as 10\.\S+ sees it; .*check that 7946 TCP and UDP are open between/,
    );
    await operator.emulator.post('/stores', { split: [] });
    await operator.say('retry', 'opened');
    await operator.untilWaitsFor('approval', '10 → 50 %');
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
  }),
);

test(
  "data on the host's disk is refused by preflight and by start, and goes through once it is accepted by name",
  scenario(
    {
      world: 'filesystem',
      plan: { shift: { approval: true } },
    },
    async (operator) => {
      const refused = await operator.cli('preflight', '-f', operator.lab.plan);
      expect([refused.code, refused.out]).toEqual([1, expect.stringMatching(LOSS)]);
      expect(refused.out).toContain('accept the loss by name: data.accept: [loki/filesystem]');
      await operator.start();
      const held = await operator.untilWaitsFor('retry');
      expect([held.phase, held.waitingFor?.reason]).toEqual(['preflight', expect.stringMatching(LOSS)]);
      await operator.say('abort');
      await operator.ended();

      await operator.plan({ data: { accept: ['loki/filesystem'] } });
      await operator.start();
      const { findings } = await operator.untilWaitsFor('approval', '10 → 50 %');
      expect(findings.failures).toEqual([]);
      const accepted = expect.stringMatching(/S3 has none of it \(accepted by data\.accept\)$/) as unknown;
      expect(findings.warnings).toContainEqual(accepted);
      await operator.say('abort');
      await operator.ended();
    },
  ),
);

/** Containers were stopped once, after what mimir flushed had been listed and every other store had been told. */
async function expectFlushedBeforeStop(operator: Operator): Promise<void> {
  const commands = await operator.emulator.get<Command[]>('/commands');
  const timesOf = (what: RegExp) => commands.filter(({ Comment }) => what.test(Comment)).map(({ at }) => at);
  const stops = timesOf(/: docker compose stop$/);
  expect(stops).toHaveLength(1);
  const [stopped] = stops as [number];
  const flushed = timesOf(/POST mimir \/ingester\/flush/).at(-1)!;
  const calls = await operator.emulator.calls({ service: 's3' });
  const lists = calls.filter(({ action }) => action.endsWith('List-Type'));
  expect(lists.some(({ at }) => at > flushed && at < stopped)).toBe(true);
  expect(timesOf(/POST (loki|tempo|pyroscope) /).filter((at) => at >= stopped)).toEqual([]);
}

test(
  'the stop waits for whoever is connected and for a flush that has not arrived, and names both',
  scenario(
    {
      plan: {
        decommission: {
          ...STRAIGHT,
          flushTimeout: '45s',
        },
        data: { accept: ['10.0.3.4/9009', 'senders/own-name'] },
      },
    },
    async (operator) => {
      const connections = [
        {
          peer: '10.0.3.4',
          port: 9009,
          count: 3,
        },
        {
          peer: '203.0.113.9',
          port: 443,
        },
      ];
      await changeHost(operator, {
        connections,
        flush: {
          delay_s: 3,
          lost: ['mimir'],
          cut: ['loki'],
        },
      });
      await operator.start();
      const { waitingFor } = await operator.untilWaitsFor('approval');
      expect(waitingFor?.what).toMatch(
        /^approval: stop i-\w+ although still connected: 10\.0\.3\.4 → 9009 \(mimir\), 3 /,
      );
      expect(waitingFor?.what).toContain('3 connections; 203.0.113.9 → 443 (proxy), 1 connection');
      await operator.untilLooked(3);
      expect((await operator.status()).waitingFor?.for).toBe('approval');

      await changeHost(operator, { connections: [] });
      const flushing = await operator.untilWaitsFor('approval', 'S3 does not have it');
      expect(flushing.waitingFor!.verbs).toEqual(['approve', 'retry', 'pause', 'abort']);
      expect(flushing.waitingFor!.what).toMatch(/mimir: s3:\/\/sys-lgtm-s3\/mimirblocks lists nothing newer than \S+/);
      expect(flushing.waitingFor!.what).not.toContain('loki');
      expect(flushing.events.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(/^loki .*curl: \(52\) Empty reply from server/),
      );
      expect(statesOfContainers(await operator.world())).toEqual(['running']);

      await changeHost(operator, {
        flush: {
          delay_s: 0.5,
          lost: [],
          cut: [],
        },
      });
      await operator.say('retry');
      expect((await operator.ended()).outcome).toBe('completed');
      await expectFlushedBeforeStop(operator);
    },
  ),
);
