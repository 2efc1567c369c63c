import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { expectAsBefore } from './before';
import { withLab, type Operator } from './lab';

const NAME = 'grafana.example.com';

/** A colleague at the Route 53 console. */
function colleague({ lab }: Operator) {
  const route53 = new Route53Client({
    endpoint: lab.aws,
    region: 'us-east-1',
    credentials: { accessKeyId: 'colleague', secretAccessKey: 'x' },
  });
  const zone = async () =>
    ((await (await fetch(`${lab.aws}/_emulator/world`)).json()) as { hostedZoneId: string }).hostedZoneId;
  return {
    async sets(): Promise<ResourceRecordSet[]> {
      const { ResourceRecordSets = [] } = await route53.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: await zone() }),
      );
      return ResourceRecordSets.filter(({ Name, Type }) => Name === `${NAME}.` && Type === 'A');
    },
    async change(changes: ['UPSERT' | 'DELETE' | 'CREATE', ResourceRecordSet][]): Promise<void> {
      await route53.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: await zone(),
          ChangeBatch: { Changes: changes.map(([Action, set]) => ({ Action, ResourceRecordSet: set })) },
        }),
      );
    },
  };
}

test("a colleague's weight holds the shift with both values, and the shift goes on once it is put back; a breach beats the hold", async () => {
  await withLab({}, async (operator) => {
    const { sets, change } = colleague(operator);
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ steps }) => steps[0]?.state === 'baking');
    const pair = await sets();
    const edited = pair.find(({ SetIdentifier }) => SetIdentifier?.endsWith(':ecs'))!;
    await change([['UPSERT', { ...edited, Weight: 33 }]]);
    const { waitingFor, weight } = await operator.until((status) => status.waitingFor?.for === 'retry');
    expect(weight).toBe(10);
    expect(waitingFor?.reason).toMatch(
      /grafana\.example\.com was edited by someone else: expected .* weight 10 .* found .* weight 33 .* then retry, or abort/,
    );
    expect((await sets()).map(({ Weight }) => Weight).sort()).toEqual([33, 90]);

    await change([['UPSERT', edited]]);
    await operator.say('retry');
    await operator.until((status) => status.weight === 50 && status.steps[1]?.state === 'baking');

    // nobody stops looking while a human mends
    const again = (await sets()).find(({ SetIdentifier }) => SetIdentifier?.endsWith(':ecs'))!;
    await change([['UPSERT', { ...again, Weight: 44 }]]);
    await operator.until((status) => status.waitingFor?.for === 'retry');
    await operator.emulator('POST', '/workload', { errors: 0.5, side: 'ecs' });
    const { outcome, rollback } = await operator.ended();
    expect([outcome, rollback?.reason]).toEqual([
      'rolled-back',
      expect.stringMatching(/^before the retry of the record change: errors failed/),
    ]);
  });
});

test('a record that a colleague made their own is left alone on the way back and named as a leftover', async () => {
  await withLab({}, async (operator) => {
    const { sets, change } = colleague(operator);
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ steps }) => steps[0]?.state === 'baking');
    const theirs = { Name: NAME, Type: 'A' as const, TTL: 30, ResourceRecords: [{ Value: '203.0.113.9' }] };
    await change([
      ...(await sets()).map((set) => ['DELETE', set] as ['DELETE', ResourceRecordSet]),
      ['CREATE', theirs],
    ]);
    await operator.say('abort');
    const ended = await operator.cli('watch', 'lgtm-prd', '--json');
    expect(ended.code).toBe(4);
    const { outcome, leftovers } = await operator.status();
    expect(outcome).toBe('rollback-incomplete');
    expect(leftovers).toEqual([
      { what: `${NAME} as before`, why: expect.stringContaining('found A 203.0.113.9 TTL 30') as string },
    ]);
    expect(await sets()).toEqual([expect.objectContaining({ TTL: 30, ResourceRecords: [{ Value: '203.0.113.9' }] })]);
  });
});

test('a name with a third record beside the pair keeps its tasks and waits for a human, and goes back when it is the pair again', async () => {
  await withLab({}, async (operator) => {
    const before = await operator.world();
    const { sets, change } = colleague(operator);
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ steps }) => steps[0]?.state === 'baking');
    const theirs: ResourceRecordSet = { ...(await sets())[0]!, SetIdentifier: 'canary of the web team', Weight: 5 };
    await change([['CREATE', theirs]]);
    await operator.say('abort');
    const { waitingFor } = await operator.until(
      (status) => status.rollback !== null && status.waitingFor?.for === 'host',
    );
    expect(waitingFor).toMatchObject({
      what: 'a human: could not all traffic to the host',
      verbs: ['retry', 'abort'],
      reason: expect.stringMatching(/which leads to ECS; .* point it to the host, then retry/) as string,
    });
    expect(Object.values((await operator.world()).services).every(({ running }) => running > 0)).toBe(true);

    await change([['DELETE', theirs]]);
    await operator.say('retry');
    const { outcome, leftovers } = await operator.ended();
    expect([outcome, leftovers]).toEqual(['rolled-back', []]);
    await expectAsBefore(operator, before);
  });
});
