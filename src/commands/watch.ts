import type { Command } from 'commander';
import type { RunName } from '../temporal/run';
import { addCommand, exitWith, JSON_OPTION, type JsonOption } from './command';

export function registerWatch(program: Command): void {
  addCommand(program, {
    usage: 'watch <name>',
    description: 'watch a migration to its end',
    example: 'watch lgtm-prd',
  })
    .option(...JSON_OPTION)
    .action(
      exitWith((name: string, options: JsonOption) =>
        watch(
          {
            kind: 'migration',
            name,
          },
          options,
        ),
      ),
    );
}

/** Watches a run until it ends, or until whoever watches has seen enough: the run does not stop by that. */
export async function watch(run: RunName, { json = false }: JsonOption): Promise<number> {
  const { withSession } = await import('../temporal/client.js');
  const { followRun } = await import('./follow.js');
  return withSession((session) =>
    followRun(session, run, {
      json,
      isNew: false,
    }),
  );
}
