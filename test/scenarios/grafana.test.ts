import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { expectAsBefore } from './before';
import { withLab, type Operator } from './lab';

const SHARED = {
  GF_DATABASE_TYPE: 'postgres',
  GF_DATABASE_HOST: 'grafana.cluster-c0ffee.ap-northeast-2.rds.amazonaws.com:5432',
  GF_DATABASE_NAME: 'grafana',
  GF_DATABASE_USER: 'grafana',
};
const secrets = { GF_SECURITY_SECRET_KEY: 'lgtm/grafana-secret-key' };
/** What preflight says of Grafana, by level. */
async function said(operator: Operator): Promise<string[]> {
  const { out } = await operator.cli('preflight', '-f', operator.lab.plan, '--json');
  const { findings } = JSON.parse(out) as {
    findings: { check: string; level: string; message: string; fix?: string }[];
  };
  return findings
    .filter(({ check }) => check.startsWith('grafana'))
    .map(({ check, level, message, fix }) => `${level} ${check}: ${message}${fix ? ` → ${fix}` : ''}`);
}
const edit = (operator: Operator, side: 'host' | 'ecs', title: string, by = 'kim') =>
  operator.emulator('POST', '/grafana', { side, title, by });
const dashboards = (operator: Operator, side: 'host' | 'ecs') => operator.emulator('GET', `/grafana?side=${side}`);
const hostOf = async (operator: Operator) =>
  ((await operator.emulator('GET', '/world')) as { instanceIds: string[] }).instanceIds[0]!;

test('one database outside the host is shared only with the same version, database and secret_key, and no key is in a history', async () => {
  await withLab({}, async (operator) => {
    expect((await said(operator)).map((line) => line.split(':')[0])).toEqual([
      'pass grafana/version',
      'pass grafana/database',
      'pass grafana/secret-key',
    ]);

    await operator.plan({
      services: {
        grafana: { environment: { ...SHARED, GF_DATABASE_HOST: 'other.example.com' }, secrets, version: '13.1.0' },
      },
    });
    const wrong = await said(operator);
    expect(wrong[0]).toMatch(
      /^fail grafana\/version: Grafana is 13\.2\.3 on the host and will be 13\.1\.0: the newer one changes the schema .* → set services\.grafana\.version: 13\.2\.3/,
    );
    expect(wrong[1]).toContain("fail grafana/database: the host's Grafana uses postgres at grafana.cluster-c0ffee");

    await operator.plan({
      services: {
        grafana: {
          environment: SHARED,
          secrets: { GF_SECURITY_SECRET_KEY: 'lgtm/s3-credentials:AWS_SECRET_ACCESS_KEY' },
        },
      },
    });
    await operator.cli('start', '-f', operator.lab.plan);
    const held = await operator.until(({ waitingFor }) => waitingFor?.for === 'retry');
    expect(held.waitingFor?.reason).toContain("the new Grafana's secret_key is not the host's");
    const history = JSON.stringify(await operator.handle.fetchHistory());
    const decoded = Buffer.from(
      JSON.stringify(
        (history.match(/"data":"[^"]+"/g) ?? []).map((data) => Buffer.from(data.slice(8, -1), 'base64').toString()),
      ),
    );
    expect(decoded.includes('grafana.cluster-c0ffee')).toBe(true);
    for (const secret of ['lab-secret-key', 'AWS_SECRET_ACCESS_KEY":"lab'])
      expect([history.includes(secret), decoded.includes(secret)]).toEqual([false, false]);
    const { out } = (
      (await operator.emulator('GET', '/commands')) as { StandardOutputContent: string; commands: string[] }[]
    ).reduce((all, command) => ({ out: all.out + command.StandardOutputContent + command.commands.join('\n') }), {
      out: '',
    });
    expect(out).not.toContain('lab-secret-key');
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
  });
});

test('Grafana moves in one announced step: the old one reads only, checksums are equal, and everything is there after', async () => {
  await withLab(
    { world: 'sqlite', plan: { decommission: { approveStop: true, approveTerminate: false } } },
    async (operator) => {
      expect(await edit(operator, 'host', 'Orders')).toEqual({ saved: true });
      await operator.cli('start', '-f', operator.lab.plan);
      const stop = await operator.until(({ waitingFor }) => waitingFor?.what.includes('stop i-') ?? false);
      expect([stop.weight, stop.steps.map(({ state }) => state)]).toEqual([100, ['skipped', 'skipped', 'done']]);
      const { grafana } = stop.data!;
      const counts = { dashboards: 3, users: 2, dataSources: 2, alertRules: 1 };
      expect(grafana).toMatchObject({
        before: counts,
        after: counts,
        edits: { total: 0, listed: [] },
        sha256: grafana!.copySha256,
      });
      expect(grafana!.to).toMatch(/^fs-\w+:\/lgtm-grafana\/grafana\.db$/);
      const texts = stop.events.map(({ text }) => text);
      const when = (part: string) => texts.findIndex((text) => text.includes(part));
      const order = [
        'will go from 0 to 100 % in one step',
        'is read-only',
        'copied to fs-',
        'the new Grafana runs on the copy',
        'weight 100 %',
      ].map(when);
      expect([order.includes(-1), [...order].sort((a, b) => a - b)]).toEqual([false, order]);
      expect(await edit(operator, 'host', 'Orders')).toEqual({ saved: false, error: 'database is locked' });
      expect(await dashboards(operator, 'host')).toEqual(['Loki', 'Mimir', 'Orders']);
      expect(await edit(operator, 'ecs', 'Orders')).toEqual({ saved: true });
      await operator.say('approve');
      expect((await operator.ended()).outcome).toBe('completed');
      expect(await dashboards(operator, 'ecs')).toEqual(['Loki', 'Mimir', 'Orders']);

      // the same plan again finds the same folder, and nothing is copied
      expect((await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json')).code).toBe(0);
      expect(await dashboards(operator, 'ecs')).toEqual(['Loki', 'Mimir', 'Orders']);
      expect(await edit(operator, 'ecs', 'Later')).toEqual({ saved: true });
    },
  );
});

test('other names go on by weights while Grafana waits for the last step', async () => {
  const records = [
    { name: 'grafana.example.com', service: 'grafana' },
    { name: 'mimir.example.com', service: 'mimir' },
  ];
  await withLab({ world: 'sqlite', plan: { records } }, async (operator) => {
    await operator.plan({ services: { mimir: { expose: { public: true } } } });
    const world = (await operator.emulator('GET', '/world')) as { hostedZoneId: string; eip: string };
    const route53 = new Route53Client({
      endpoint: operator.lab.aws,
      region: 'us-east-1',
      credentials: { accessKeyId: 'owner', secretAccessKey: 'x' },
    });
    await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: world.hostedZoneId,
        ChangeBatch: {
          Changes: [
            {
              Action: 'CREATE',
              ResourceRecordSet: {
                Name: 'mimir.example.com',
                Type: 'A',
                TTL: 60,
                ResourceRecords: [{ Value: world.eip }],
              },
            },
          ],
        },
      }),
    );
    const before = await operator.world();
    const weights = async () =>
      Object.fromEntries(
        Object.entries((await operator.world()).records)
          .filter(([name]) => name.endsWith(':ecs'))
          .map(([name, { weight }]) => [name.split(' ')[0], weight]),
      );
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ steps }) => steps[1]?.state === 'baking');
    expect([await weights(), await edit(operator, 'host', 'Orders')]).toEqual([
      { 'grafana.example.com': 0, 'mimir.example.com': 50 },
      { saved: true },
    ]);
    const moved = await operator.until(({ steps }) => steps[2]?.state === 'baking');
    expect([await weights(), moved.steps.map(({ state }) => state)]).toEqual([
      { 'grafana.example.com': 100, 'mimir.example.com': 100 },
      ['done', 'done', 'baking'],
    ]);
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
    await expectAsBefore(operator, before);
  });
});

test('a copy whose checksum differs holds before any traffic moves, and after an abort the old Grafana takes edits again', async () => {
  await withLab({ world: 'sqlite' }, async (operator) => {
    const before = await operator.world();
    const id = await hostOf(operator);
    await operator.emulator('POST', '/host', { id, copy_corrupts: true });
    await operator.cli('start', '-f', operator.lab.plan);
    const held = await operator.until(({ waitingFor }) => waitingFor?.for === 'retry');
    expect(held.waitingFor?.reason).toMatch(
      /^the copy of .*grafana\.db has sha256 \w{64}, the database \w{64}; nothing was put in place/,
    );
    expect([held.weight, await edit(operator, 'host', 'Orders')]).toEqual([
      0,
      { saved: false, error: 'database is locked' },
    ]);
    await operator.lab.stopPart('worker', 'SIGKILL');
    await operator.lab.startWorker();
    await operator.say('abort');
    const { outcome, leftovers } = await operator.ended();
    expect([outcome, leftovers]).toEqual(['rolled-back', []]);
    expect(await edit(operator, 'host', 'Orders')).toEqual({ saved: true });
    await expectAsBefore(operator, before);
  });
});

test('a rollback lists what was edited on ECS, keeps it, and the next try does not write over it; so does one in the week, by the host that was started again', async () => {
  await withLab(
    { world: 'sqlite', plan: { decommission: { approveStop: false, approveTerminate: true } } },
    async (operator) => {
      const before = await operator.world();
      await operator.cli('start', '-f', operator.lab.plan);
      await operator.until(({ weight, steps }) => weight === 100 && steps.at(-1)?.state === 'baking');
      expect(await edit(operator, 'ecs', 'Orders')).toEqual({ saved: true });
      expect(await edit(operator, 'ecs', 'Night shift', 'admin')).toEqual({ saved: true });
      await operator.say('rollback', 'too slow');
      const ended = await operator.ended();
      expect([ended.outcome, ended.leftovers]).toEqual(['rolled-back', []]);
      expect(ended.data?.grafana?.edits).toEqual({
        total: 2,
        listed: expect.arrayContaining([
          { kind: 'dashboard', name: 'Orders', change: 'changed', by: 'kim', at: expect.any(String) as string },
          { kind: 'dashboard', name: 'Night shift', change: 'created', by: 'admin', at: expect.any(String) as string },
        ]) as unknown,
      });
      expect(ended.events.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(
          /^only in fs-\w+:\/lgtm-grafana\/grafana\.db: dashboard "Night shift" created by admin at /,
        ),
      );
      const steps = ended.rollback!.steps.map(({ what }) => what.replace(/i-\w+|fs-\w+/, '…'));
      const order = [
        'all traffic to the host',
        'scale grafana to 0',
        "edits in …:/lgtm-grafana/grafana.db that the host's Grafana has not",
        'Grafana on … takes edits again',
      ].map((what) => steps.indexOf(what));
      expect([order.includes(-1), [...order].sort((a, b) => a - b)]).toEqual([false, order]);
      expect(await edit(operator, 'host', 'After')).toEqual({ saved: true });
      await expectAsBefore(operator, before);

      await operator.cli('start', '-f', operator.lab.plan);
      const again = await operator.until(({ weight }) => weight === 100);
      expect(again.events.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(/what was there is now grafana\.db\.until-\d{8}T\d{6}Z/),
      );
      expect(await dashboards(operator, 'ecs')).toEqual(['After', 'Loki', 'Mimir', 'Orders']);

      await operator.until(({ waitingFor }) => waitingFor?.what.includes('point of no return') ?? false);
      expect(await edit(operator, 'ecs', 'Week')).toEqual({ saved: true });
      await operator.say('rollback', 'dashboards are empty');
      const { outcome, leftovers, data } = await operator.ended();
      expect([outcome, leftovers, data?.grafana?.edits?.listed.map(({ name, change }) => `${name} ${change}`)]).toEqual(
        ['rolled-back', [], ['Week created']],
      );
      expect([await edit(operator, 'host', 'Later'), await dashboards(operator, 'host')]).toEqual([
        { saved: true },
        ['After', 'Later', 'Loki', 'Mimir', 'Orders'],
      ]);
      await expectAsBefore(operator, before);
    },
  );
});

test('SQLite on the host is refused as shared, with the reason and the way out; with a database as the target the copy lies on the host, and the migration waits until somebody has imported it', async () => {
  await withLab({ world: 'sqlite' }, async (operator) => {
    const { fileSystem } = (await operator.emulator('GET', '/world')) as { fileSystem: string };
    expect((await said(operator)).map((line) => line.split(':')[0])).toEqual([
      'pass grafana/version',
      'pass grafana/move',
      'pass grafana/efs',
      'warn grafana/efs',
      'pass grafana/secret-key',
    ]);
    await operator.plan({ grafana: { database: 'shared' } });
    expect(await said(operator)).toContainEqual(
      expect.stringMatching(
        /^fail grafana\/sqlite: .* in SQLite, .*grafana\.db, which the new one can't share → set grafana\.database: move and grafana\.target/,
      ),
    );
    await operator.plan({ grafana: { database: 'move', target: { efs: 'fs-00000000' } } });
    expect(await said(operator)).toContainEqual(
      expect.stringContaining('fail grafana/efs: fs-00000000 has no mount target'),
    );
    expect(fileSystem).toMatch(/^fs-/);

    await operator.plan({
      grafana: { database: 'move', target: { database: 'postgres' } },
      services: { grafana: { environment: SHARED, secrets } },
    });
    await operator.cli('start', '-f', operator.lab.plan);
    const { waitingFor, weight, data } = await operator.until((status) => status.waitingFor?.for === 'approval');
    expect(waitingFor?.what).toBe(`approval: Grafana's data is in ${SHARED.GF_DATABASE_HOST}`);
    expect(waitingFor?.reason).toMatch(
      /^import lgtm-migrate-import\.db, beside .*, count 3 dashboards, 2 users, 2 data sources, 1 alert rules there, then approve; lgtm-migrate does not check it$/,
    );
    expect([
      weight,
      data?.grafana?.sha256 === data?.grafana?.copySha256,
      await edit(operator, 'host', 'Orders'),
    ]).toEqual([0, true, { saved: false, error: 'database is locked' }]);
    await operator.say('approve', 'pgloader, counts are equal');
    const moved = await operator.until((status) => status.weight === 100);
    expect(moved.data?.grafana).toMatchObject({ after: null, edits: null });
    await operator.say('abort');
    const { outcome, events } = await operator.ended();
    expect([outcome, events.some(({ text }) => text.includes('since the copy is not listed'))]).toEqual([
      'rolled-back',
      true,
    ]);
    expect(await edit(operator, 'host', 'Orders')).toEqual({ saved: true });
  });
});
