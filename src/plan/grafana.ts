import { z } from 'zod';
import { line, textLike } from './formats';

const directory = textLike(/^(\/(?!\.{1,2}(\/|$))[\w.-]{1,64}){1,4}$/, 'an absolute path of at most four folders')
  .default('/lgtm-grafana')
  .meta({
    description: 'Folder of the file system, made by the migration; the task sees it as /var/lib/grafana',
  });

const fileSystemTarget = z.strictObject({
  efs: textLike(/^fs-[0-9a-f]{8,40}$/, 'an EFS file system id'),
  directory,
});

const databaseTarget = z.strictObject({
  database: z.enum(['postgres', 'mysql']).meta({
    description:
      'The one that services.grafana.environment names; ' +
      'somebody imports the copy by hand, the migration waits for an approval',
  }),
});

/** What happens to Grafana's database, which two Grafanas cannot both write. */
export const grafanaSchema = z.strictObject({
  database: z
    .enum(['shared', 'move'])
    .default('shared')
    .meta({
      description:
        'shared: both Grafanas use one database outside the host; ' +
        'move: the old one becomes read-only, its SQLite is copied, and its names go from 0 to 100 in one step',
    }),
  service: line.default('grafana').meta({
    description: "Grafana's name among the services",
  }),
  target: z.union([fileSystemTarget, databaseTarget]).optional().meta({
    description: 'Where move brings it',
  }),
});
