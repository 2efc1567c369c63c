import type { Command } from 'commander';
import { addCommand, exitWith, JSON_OPTION, type JsonOption } from './command';
import type { RunName } from '../temporal/run';
import { CommandError, EXIT, print } from './output';

export function registerStatus(program: Command): void {
  addCommand(program, {
    usage: 'status <name>',
    description: 'where a migration stands',
    example: 'status lgtm-prd',
  })
    .option(...JSON_OPTION)
    .action(
      exitWith((name: string, options: JsonOption) =>
        showStatus(
          {
            kind: 'migration',
            name,
          },
          options,
        ),
      ),
    );
}

/** Where a run stands now; a run that was ended from outside is shown and fails. */
export async function showStatus(run: RunName, { json }: JsonOption): Promise<number> {
  const { withSession } = await import('../temporal/client.js');
  const { readLiveStatus } = await import('../temporal/run.js');
  const { view } = await import('./view.js');
  const { status, cutOff } = await withSession((session) => readLiveStatus(session, run));
  print(json, status, view(status));
  if (cutOff) throw new CommandError(cutOff);
  return EXIT.done;
}
