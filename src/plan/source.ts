import { z } from 'zod';
import { textLike } from './formats';

const instanceId = textLike(/^i-[0-9a-f]{8,17}$/, 'an EC2 instance id');

const directory = textLike(/^\/[\w./-]{0,1023}$/, 'an absolute path');

const PATH = String.raw`\w[\w-]*(\.[\w-]+)*`;
const project = textLike(
  new RegExp(String.raw`^${PATH}([/:]${PATH}){0,31}$`),
  'a file or folder below composeDirectory, or files with : between them',
);

/** The EC2 hosts that the stack leaves. */
export const sourceSchema = z.strictObject({
  instances: z.array(instanceId).min(1).max(100),
  composeDirectory: directory,
  composeFiles: z
    .array(project)
    .min(1)
    .max(50)
    .optional()
    .meta({
      description:
        'projects below composeDirectory where that is none itself: files (docker compose -f), several of one project ' +
        'with : between them, or folders',
    }),
  follow: z.enum(['elastic-ip', 'instance']).default('elastic-ip').meta({
    description: 'instance: the public address may change; the rollback writes the new one',
  }),
});
