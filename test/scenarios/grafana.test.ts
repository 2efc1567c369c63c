import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { expectAsBefore } from './before';
import { checksOf, dashboards, edit, findingsOf, LOCKED, SAVED, SECRETS, SHARED } from './grafana';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const SHARED_CHECKS = ['pass grafana/version', 'pass grafana/database', 'pass grafana/secret-key'];

test(
  'one database outside the host is shared only with the same version, database and secret_key',
  scenario({}, async (operator) => {
    expect(await checksOf(operator)).toEqual(SHARED_CHECKS);
    const environment = {
      ...SHARED,
      GF_DATABASE_HOST: 'other.example.com',
    };
    await operator.plan({
      services: {
        grafana: {
          environment,
          secrets: SECRETS,
          version: '13.1.0',
        },
      },
    });
    const [version, database] = await findingsOf(operator);
    expect(version).toMatch(/^fail grafana\/version: Grafana is 13\.2\.3 on the host and will be 13\.1\.0: the newer/);
    expect(version).toContain('→ set services.grafana.version: 13.2.3');
    expect(database).toContain("fail grafana/database: the host's Grafana uses postgres at grafana.cluster-c0ffee");
  }),
);

/** All that Temporal keeps of a run, as it is and with its payloads decoded. */
async function historyOf({ handle }: Operator): Promise<string> {
  const history = JSON.stringify(await handle.fetchHistory());
  const payloads = history.match(/"data":"[^"]+"/g) ?? [];
  const decoded = payloads.map((data) => Buffer.from(data.slice(8, -1), 'base64').toString());
  return [history, ...decoded].join('\n');
}

/** All that went to the hosts through SSM, and came back. */
async function commandsOf({ emulator }: Operator): Promise<string> {
  return JSON.stringify(await emulator.get('/commands'));
}

test(
  "a secret_key that is not the host's holds the deploy, and no key is in a history or a command",
  scenario({}, async (operator) => {
    const secrets = { GF_SECURITY_SECRET_KEY: 'lgtm/s3-credentials:AWS_SECRET_ACCESS_KEY' };
    await operator.plan({
      services: {
        grafana: {
          environment: SHARED,
          secrets,
        },
      },
    });
    await operator.start();
    const held = await operator.untilWaitsFor('retry');
    expect(held.waitingFor?.reason).toContain("the new Grafana's secret_key is not the host's");
    const history = await historyOf(operator);
    expect(history).toContain('grafana.cluster-c0ffee');
    expect(history).not.toContain('lab-secret-key');
    expect(history).not.toContain('AWS_SECRET_ACCESS_KEY":"lab');
    expect(await commandsOf(operator)).not.toContain('lab-secret-key');
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
  }),
);

const MOVE_CHECKS = [
  'pass grafana/version',
  'pass grafana/move',
  'pass grafana/efs',
  'warn grafana/efs',
  'pass grafana/secret-key',
];

test(
  'SQLite on the host is refused as shared, with the reason and the way out',
  scenario({ world: 'sqlite' }, async (operator) => {
    expect(await checksOf(operator)).toEqual(MOVE_CHECKS);
    await operator.plan({ grafana: { database: 'shared' } });
    expect(await findingsOf(operator)).toContainEqual(
      expect.stringMatching(/^fail grafana\/sqlite: .* in SQLite, .*grafana\.db, which the new one can't share → set/),
    );
    await operator.plan({
      grafana: {
        database: 'move',
        target: { efs: 'fs-00000000' },
      },
    });
    const findings = await findingsOf(operator);
    expect(findings).toContainEqual(expect.stringContaining('fail grafana/efs: fs-00000000 has no mount target'));
  }),
);

test(
  'with a database as the target the copy lies on the host until somebody has imported it',
  scenario(
    {
      world: 'sqlite',
      plan: { shift: { approval: [100] } },
    },
    async (operator) => {
      await operator.plan({
        grafana: {
          database: 'move',
          target: { database: 'postgres' },
        },
        services: {
          grafana: {
            environment: SHARED,
            secrets: SECRETS,
          },
        },
      });
      await operator.start();
      await operator.untilWaitsFor('approval', '0 → 100 %');
      await operator.say('approve');
      const { waitingFor, weight, data } = await operator.untilWaitsFor('approval', 'Grafana');
      expect(waitingFor?.what).toBe(`approval: Grafana's data is in ${SHARED.GF_DATABASE_HOST}`);
      expect(waitingFor?.reason).toMatch(
        /^import lgtm-migrate-import\.db, beside .*, count 3 dashboards, 2 users, 2 data sources, 1 alert rules /,
      );
      expect([weight, data?.grafana?.sha256]).toEqual([0, data?.grafana?.copySha256]);
      expect(await edit(operator, 'host', 'Orders')).toEqual(LOCKED);
      await operator.say('approve', 'pgloader, counts are equal');
      const moved = await operator.untilWaitsFor('approval', 'the end of the shift');
      expect(moved.data?.grafana).toMatchObject({
        after: null,
        edits: null,
      });
      await operator.say('abort');
      const { outcome, events } = await operator.ended();
      expect(outcome).toBe('rolled-back');
      const texts = events.map(({ text }) => text);
      expect(texts).toContainEqual(expect.stringContaining('since the copy is not listed'));
      expect(await edit(operator, 'host', 'Orders')).toEqual(SAVED);
    },
  ),
);

/** A second name that moves, with a record that leads to the host. */
async function exposeMimir(operator: Operator): Promise<void> {
  await operator.plan({
    records: [
      {
        name: 'grafana.example.com',
        service: 'grafana',
      },
      {
        name: 'mimir.example.com',
        service: 'mimir',
        quiet: true,
      },
    ],
    services: { mimir: { expose: { public: true } } },
  });
  const { hostedZoneId, eip } = await operator.emulator.world();
  const record = {
    Name: 'mimir.example.com',
    Type: 'A' as const,
    TTL: 60,
    ResourceRecords: [{ Value: eip }],
  };
  const Changes = [
    {
      Action: 'CREATE' as const,
      ResourceRecordSet: record,
    },
  ];
  const route53 = new Route53Client(operator.asOwner);
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: hostedZoneId,
      ChangeBatch: { Changes },
    }),
  );
}

/** The weights of ECS by name. */
async function weightsOf(operator: Operator): Promise<Record<string, number | null>> {
  const { records } = await operator.world();
  const ecs = Object.entries(records).filter(([key]) => key.endsWith(':ecs'));
  return Object.fromEntries(ecs.map(([key, { weight }]) => [key.split(' ')[0]!, weight]));
}

test(
  'other names go on by weights while Grafana waits for the last step',
  scenario(
    {
      world: 'sqlite',
      plan: { shift: { approval: [50, 100] } },
    },
    async (operator) => {
      await exposeMimir(operator);
      const before = await operator.world();
      await operator.start();
      await operator.untilWaitsFor('approval', '50 → 100 %');
      expect(await weightsOf(operator)).toEqual({
        'grafana.example.com': 0,
        'mimir.example.com': 50,
      });
      expect(await edit(operator, 'host', 'Orders')).toEqual(SAVED);
      await operator.say('approve');
      const moved = await operator.untilWaitsFor('approval', 'the end of the shift');
      expect(await weightsOf(operator)).toEqual({
        'grafana.example.com': 100,
        'mimir.example.com': 100,
      });
      expect(moved.steps.map(({ state }) => state)).toEqual(['done', 'done', 'gating']);
      expect(await dashboards(operator, 'ecs')).toContain('Orders');
      await operator.say('abort');
      expect((await operator.ended()).outcome).toBe('rolled-back');
      await expectAsBefore(operator, before);
    },
  ),
);
