import { planRecovery } from '../../src/commands/recovery';
import type { Remains, StandingRecord } from '../../src/contract/remains';
import { planWith } from '../plan/plan';
import { HALF, HOST, NAME, remainsOf } from './remains';

const GONE = { why: 'Temporal keeps no run of lgtm-prd that has done anything' };

const INGEST: NonNullable<Remains['ingest']> = {
  loadBalancer: {
    dnsName: 'lgtm-ingest-1.elb.ap-northeast-2.amazonaws.com',
    hostedZoneId: 'ZIBE1TIR4HY56',
    dimension: 'net/lgtm-ingest/1',
  },
};

test("a user's name that may have been a CNAME of a sender's is told, and so is that nobody looks for senders", () => {
  const sender = 'ec2-instance.example.com';
  const pairOf = (name: string): StandingRecord => ({
    ...HALF,
    name,
    saved: {
      name,
      moved: 'pair',
      original: {
        name,
        type: 'A',
        ttl: 60,
        values: ['203.0.113.7'],
      },
    },
  });
  const plan = planWith(`records: [{name: ${NAME}, service: grafana}, {name: ${sender}, to: ingest}]\n`);
  const remains = remainsOf({
    records: [pairOf(NAME), pairOf(sender)],
    ingest: INGEST,
  });
  const { derived, obstacles, input } = planRecovery(plan, GONE, remains);
  expect(obstacles).toEqual([]);
  expect(input.requests).toMatchObject({
    ingest: 'net/lgtm-ingest/1',
  });
  expect(derived.slice(2)).toEqual([
    expect.stringContaining(`${NAME}: whether it was a CNAME to ${sender} is not known, since that leaves no mark`),
    expect.stringContaining(`whether senders are back at ${HOST} is not looked at`),
  ]);
  const { derived: alone } = planRecovery(plan, GONE, remainsOf({ records: [pairOf(NAME)] }));
  expect(alone.join()).not.toContain('CNAME');

  const gone = planRecovery(plan, GONE, remainsOf({ records: [pairOf(sender)] }));
  expect(gone.obstacles).toEqual([
    `there is no load balancer lgtm-ingest, to which ${sender} of senders lead; ` +
      'correct ingest.name in the plan, or lead these names to the host by hand, then again',
  ]);
});
