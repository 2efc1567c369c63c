import { z } from 'zod';
import { textLike } from './formats';

const instanceId = textLike(/^i-[0-9a-f]{8,17}$/, 'an EC2 instance id');

const directory = textLike(/^\/[\w./-]{0,1023}$/, 'an absolute path');

/** The EC2 hosts that the stack leaves. */
export const sourceSchema = z.strictObject({
  instances: z.array(instanceId).min(1).max(100),
  composeDirectory: directory,
  follow: z.enum(['elastic-ip', 'instance']).default('elastic-ip').meta({
    description: 'instance: the public address may change; the rollback writes the new one',
  }),
});
