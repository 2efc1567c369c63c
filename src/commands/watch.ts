import type { Command } from 'commander';
import { addCommand, exitWith, JSON_OPTION, type JsonOption } from './command';

export function registerWatch(program: Command): void {
  addCommand(program, {
    usage: 'watch <name>',
    description: 'watch a migration to its end',
    example: 'watch lgtm-prd',
  })
    .option(...JSON_OPTION)
    .action(exitWith(watch));
}

/** Watches a migration until it ends, or until whoever watches has seen enough: the migration does not stop by that. */
async function watch(name: string, { json = false }: JsonOption): Promise<number> {
  const { withSession } = await import('../temporal/client.js');
  const { followMigration } = await import('./follow.js');
  return withSession((session) => followMigration(session, name, { json, isNew: false }));
}
