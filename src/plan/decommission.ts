import { z } from 'zod';
import { durationWithin, textLike, wholeNumber } from './formats';

const lossName = textLike(
  /^[\w.:-]{1,64}\/[\w-]{1,64}$/,
  '<service>/<check> or <sender>/<port>, as preflight names a loss',
);

/** What is known to be lost with the hosts, and accepted. */
export const dataSchema = z.strictObject({
  accept: z.array(lossName).default([]).meta({
    description: 'Losses of data, and senders that do not move, by the names that preflight gives them',
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
