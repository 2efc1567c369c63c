import { withLab, type Operator } from './lab';

interface Command {
  Comment: string;
  at: number;
}
interface Call {
  service: string;
  action: string;
  at: number;
}

const STRAIGHT = { approveStop: false, approveTerminate: false };

async function host(operator: Operator, keys: Record<string, unknown>): Promise<void> {
  const { instanceIds } = (await operator.emulator('GET', '/world')) as { instanceIds: string[] };
  await operator.emulator('POST', '/host', { id: instanceIds[0], ...keys });
}

test("data on the host's disk is refused with the reason, by preflight and by start; accepted by name it goes through", async () => {
  await withLab({ world: 'filesystem' }, async (operator) => {
    const LOSS =
      /loki on i-\w+ keeps its chunks and index on disk, 4\.1 GB in \/var\/lib\/docker\/volumes\/lgtm_loki-data\/_data\/chunks; S3 has none of it/;
    const refused = await operator.cli('preflight', '-f', operator.lab.plan);
    expect([refused.code, refused.out]).toEqual([1, expect.stringMatching(LOSS)]);
    expect(refused.out).toContain('accept the loss by name: data.accept: [loki/filesystem]');
    await operator.cli('start', '-f', operator.lab.plan);
    const held = await operator.until(({ waitingFor }) => waitingFor?.for === 'retry');
    expect([held.phase, held.waitingFor?.reason]).toEqual(['preflight', expect.stringMatching(LOSS)]);
    await operator.say('abort');
    await operator.ended();

    await operator.plan({ data: { accept: ['loki/filesystem'] } });
    await operator.cli('start', '-f', operator.lab.plan);
    const { findings } = await operator.until(({ phases }) =>
      phases.some(({ phase, state }) => phase === 'provision' && state === 'running'),
    );
    expect(findings).toEqual({
      failures: [],
      warnings: expect.arrayContaining([
        expect.stringMatching(/S3 has none of it \(accepted by data\.accept\)$/),
      ]) as unknown,
    });
    await operator.say('abort');
    await operator.ended();
  });
});

test('who is still connected holds the stop and is named, a flush that never arrives does too, and what is flushed is listed before anything stops', async () => {
  await withLab({ plan: { decommission: { ...STRAIGHT, flushTimeout: '4s' } } }, async (operator) => {
    await host(operator, {
      connections: [
        { peer: '10.0.3.4', port: 9009, count: 3 },
        { peer: '203.0.113.9', port: 443 },
      ],
      flush: { delay_s: 0.5, lost: ['mimir'] },
    });
    await operator.cli('start', '-f', operator.lab.plan);
    const { waitingFor } = await operator.until((status) => status.waitingFor?.for === 'approval');
    expect(waitingFor?.what).toMatch(
      /^approval: stop i-\w+ although still connected: 10\.0\.3\.4 → 9009 \(mimir\), 3 connections; 203\.0\.113\.9 → 443 \(proxy\), 1 connection$/,
    );
    const looks = async () =>
      ((await operator.emulator('GET', '/calls?service=monitoring&action=GetMetricData')) as unknown[]).length;
    const looked = await looks();
    while ((await looks()) < looked + 3) await operator.until((status) => status.waitingFor?.for === 'approval');

    await host(operator, { connections: [] });
    const flushing = await operator.until((status) => status.waitingFor?.what.includes('S3 does not have it') ?? false);
    expect(flushing.waitingFor).toMatchObject({
      what: expect.stringMatching(
        /although S3 does not have it: mimir: s3:\/\/sys-lgtm-s3\/mimirblocks lists nothing newer than \S+$/,
      ) as string,
      verbs: ['approve', 'retry', 'pause', 'abort'],
    });
    const {
      instances: [still],
    } = await operator.world();
    expect(
      Object.values(still!.host.projects)
        .flatMap(({ services }) => Object.values(services))
        .every(({ state }) => state === 'running'),
    ).toBe(true);

    await host(operator, { flush: { delay_s: 0.5, lost: [] } });
    await operator.say('retry');
    expect((await operator.ended()).outcome).toBe('completed');
    const commands = (await operator.emulator('GET', '/commands')) as Command[];
    const lists = ((await operator.emulator('GET', '/calls?service=s3')) as Call[]).filter(({ action }) =>
      action.endsWith('List-Type'),
    );
    const at = (purpose: string) =>
      commands.filter(({ Comment }) => Comment === `lgtm-migrate: ${purpose}`).map((command) => command.at);
    const [flushed, stopped] = [at('POST mimir /ingester/flush?wait=true').at(-1)!, at('docker compose stop')];
    expect(stopped).toHaveLength(1);
    expect(lists.some((list) => list.at > flushed && list.at < stopped[0]!)).toBe(true);
    expect(
      commands
        .filter(({ Comment }) => /POST (loki|tempo|pyroscope) /.test(Comment))
        .every((command) => command.at < stopped[0]!),
    ).toBe(true);
  });
});

test('a breach beats a client that stays connected', async () => {
  await withLab({ plan: { decommission: STRAIGHT } }, async (operator) => {
    await host(operator, { connections: [{ peer: '10.0.3.4', port: 3100 }] });
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(
      ({ waitingFor }) => waitingFor?.what.includes('10.0.3.4 → 3100 (loki), 1 connection') ?? false,
    );
    await operator.emulator('POST', '/workload', { errors: 0.5, side: 'ecs' });
    const { outcome, rollback } = await operator.ended();
    expect([outcome, rollback?.reason]).toEqual([
      'rolled-back',
      expect.stringMatching(/^at 100 %, while clients are connected to the hosts: errors/),
    ]);
  });
});
