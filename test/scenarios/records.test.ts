import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type ChangeAction,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { expectAsBefore } from './before';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const NAME = 'grafana.example.com';
/** Each step waits until somebody has changed what he wants. */
const SLOW = { shift: { approval: true } };

/** A colleague at the Route 53 console. */
class Colleague {
  private readonly route53: Route53Client;

  constructor(private readonly operator: Operator) {
    this.route53 = new Route53Client({
      ...operator.asOwner,
      region: 'us-east-1',
    });
  }

  /** The sets of the name that moves. */
  async list(): Promise<ResourceRecordSet[]> {
    const HostedZoneId = await this.zone();
    const { ResourceRecordSets = [] } = await this.route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
    return ResourceRecordSets.filter(({ Name, Type }) => Name === `${NAME}.` && Type === 'A');
  }

  async change(...changes: [ChangeAction, ResourceRecordSet][]): Promise<void> {
    const HostedZoneId = await this.zone();
    const Changes = changes.map(([Action, set]) => ({
      Action,
      ResourceRecordSet: set,
    }));
    await this.route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId,
        ChangeBatch: { Changes },
      }),
    );
  }

  /** Writes another weight into the set of ECS. @returns the set as it was */
  async weigh(weight: number): Promise<ResourceRecordSet> {
    const sets = await this.list();
    const found = sets.find(({ SetIdentifier }) => SetIdentifier?.endsWith(':ecs'))!;
    await this.change([
      'UPSERT',
      {
        ...found,
        Weight: weight,
      },
    ]);
    return found;
  }

  private async zone(): Promise<string> {
    return (await this.operator.emulator.world()).hostedZoneId;
  }
}

test(
  "a colleague's weight holds the shift with both values until it is put back, and a breach beats the hold",
  scenario({ plan: SLOW }, async (operator) => {
    const colleague = new Colleague(operator);
    await operator.start();
    await operator.untilWaitsFor('approval', '10 → 50 %');
    const found = await colleague.weigh(33);
    await operator.say('approve');
    const { waitingFor, weight } = await operator.untilWaitsFor('retry');
    expect(weight).toBe(10);
    expect(waitingFor?.reason).toMatch(
      /grafana\.example\.com was edited by someone else: expected .* weight 10 .* found .* weight 33 .* then retry, or/,
    );
    expect((await colleague.list()).map(({ Weight }) => Weight).sort()).toEqual([33, 90]);
    await colleague.change(['UPSERT', found]);
    await operator.say('retry');

    // nobody stops looking while a human puts it right
    await operator.untilWaitsFor('approval', '50 → 100 %');
    await colleague.weigh(44);
    await operator.say('approve');
    await operator.untilWaitsFor('retry');
    await operator.emulator.post('/workload', {
      errors: 0.5,
      side: 'ecs',
    });
    const { outcome, rollback } = await operator.ended();
    expect(outcome).toBe('rolled-back');
    expect(rollback?.reason).toMatch(/^at 50 %: errors failed/);
  }),
);

test(
  'a record that a colleague made their own is left alone on the way back and named as a leftover',
  scenario({ plan: SLOW }, async (operator) => {
    const colleague = new Colleague(operator);
    await operator.start();
    await operator.untilWaitsFor('approval', '10 → 50 %');
    const pair = await colleague.list();
    const theirs = {
      Name: NAME,
      Type: 'A' as const,
      TTL: 30,
      ResourceRecords: [{ Value: '203.0.113.9' }],
    };
    await colleague.change(...pair.map((set): [ChangeAction, ResourceRecordSet] => ['DELETE', set]), [
      'CREATE',
      theirs,
    ]);
    await operator.say('abort');
    const { code } = await operator.cli('watch', 'lgtm-prd', '--json');
    expect(code).toBe(4);
    const { outcome, leftovers } = await operator.status();
    expect(outcome).toBe('rollback-incomplete');
    expect(leftovers).toEqual([
      {
        what: `${NAME} as before`,
        why: expect.stringContaining('found A 203.0.113.9 TTL 30') as string,
      },
    ]);
    const { TTL, ResourceRecords } = theirs;
    expect(await colleague.list()).toEqual([
      expect.objectContaining({
        TTL,
        ResourceRecords,
      }),
    ]);
  }),
);

test(
  'a name with a third record beside the pair keeps its tasks, waits for a human, and goes back as the pair again',
  scenario({ plan: SLOW }, async (operator) => {
    const before = await operator.world();
    const colleague = new Colleague(operator);
    await operator.start();
    await operator.untilWaitsFor('approval', '10 → 50 %');
    const [set] = await colleague.list();
    const theirs: ResourceRecordSet = {
      ...set!,
      SetIdentifier: 'canary of the web team',
      Weight: 5,
    };
    await colleague.change(['CREATE', theirs]);
    await operator.say('abort');
    const { waitingFor } = await operator.untilWaitsFor('host');
    expect(waitingFor).toMatchObject({
      what: 'a human: could not all traffic to the host',
      verbs: ['retry', 'abort'],
    });
    expect(waitingFor?.reason).toMatch(/which leads to ECS; .* point it to the host, then retry/);
    const { services } = await operator.world();
    expect(Object.values(services).filter(({ running }) => running === 0)).toEqual([]);

    await colleague.change(['DELETE', theirs]);
    await operator.say('retry');
    const { outcome, leftovers } = await operator.ended();
    expect([outcome, leftovers]).toEqual(['rolled-back', []]);
    await expectAsBefore(operator, before);
  }),
);
