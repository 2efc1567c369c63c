import { planRecovery } from '../../src/commands/recovery';
import type { StandingRecord } from '../../src/contract/remains';
import { planWith } from '../plan/plan';
import { HALF, HOST, NAME, remainsOf } from './remains';

const GONE = { why: 'Temporal keeps no run of lgtm-prd that has done anything' };

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
  const { derived } = planRecovery(plan, GONE, remainsOf({ records: [pairOf(NAME), pairOf(sender)] }));
  expect(derived.slice(2)).toEqual([
    expect.stringContaining(`${NAME}: whether it was a CNAME to ${sender} is not known, since that leaves no mark`),
    expect.stringContaining(`whether senders are back at ${HOST} is not looked at`),
  ]);
  const { derived: alone } = planRecovery(plan, GONE, remainsOf({ records: [pairOf(NAME)] }));
  expect(alone.join()).not.toContain('CNAME');
});
