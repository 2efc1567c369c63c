import { z } from 'zod';
import { durationWithin, textLike, wholeNumber } from './formats';
import { ANY_GAP } from './gaps';

const lossName = textLike(
  /^[\w.:-]{1,64}\/[\w-]{1,64}$/,
  '<service>/<check> or <sender>/<port>, as preflight names a loss',
);

const gap = durationWithin('0s', '90d');
/** What is known to be lost with the hosts, and accepted. */
export const dataSchema = z.strictObject({
  accept: z.array(lossName).default([]).meta({
    description: 'Losses of data, and senders that do not move, by the names that preflight gives them',
  }),
  maxGap: gap.default('5m').meta({
    description: 'How long, between the newest sample of the hosts and the first on ECS, no store may have taken in',
  }),
  maxGaps: z
    .record(z.string(), z.union([z.literal(ANY_GAP), gap]))
    .default({})
    .meta({
      description: 'The same of single stores, by service; any: its gap is told and judged by nobody',
    }),
});

const yes = z.boolean().default(true);

/** A name of an AMI, without the day that is appended. */
const imagePrefix = textLike(/^[\w()[\] ./'@-]{3,100}$/, "the beginning of an AMI's name");

/** How the hosts are stopped, backed up and, after a week, terminated. */
export const decommissionSchema = z.strictObject({
  enabled: yes,
  approveStop: yes,
  approveTerminate: yes,
  hold: durationWithin('0s', '90d').default('7d').meta({
    description: 'Between stop and termination',
  }),
  imagePrefix: imagePrefix.default('lgtm-ec2-backup'),
  stopTimeout: wholeNumber(1, 900).default(120).meta({
    description: 'Seconds for docker compose stop',
  }),
  flushTimeout: durationWithin('1s', '12h').default('15m').meta({
    description: 'How long what the stores hold in memory may take until S3 lists it',
  }),
});
