import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { expectAsBefore } from './before';
import { Colleague, NAME } from './colleague';
import { useLab } from './lab';

const scenario = useLab();

/** Each step waits until somebody has changed what he wants. */
const SLOW = { shift: { approval: true } };

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
    const theirs = {
      Name: NAME,
      Type: 'A' as const,
      TTL: 30,
      ResourceRecords: [{ Value: '203.0.113.9' }],
    };
    await colleague.replace(theirs);
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
