import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Status } from '../contract/status';
import { VERB_NAMES, VERBS, type Verb, type Word } from '../contract/verbs';
import { addCommand, exitWith, JSON_OPTION, type JsonOption } from './command';
import { CommandError, EXIT, print, sentenceOf } from './output';
import { hasEnded } from './texts';

interface WordOptions extends JsonOption {
  reason?: string;
  by?: string;
  step?: string;
}

/** A command for each word that an operator can say; what it means stands beside its name in the contract. */
export function registerControl(program: Command): void {
  for (const verb of VERB_NAMES) {
    addCommand(program, {
      usage: `${verb} <name>`,
      description: VERBS[verb],
      example: `${verb} lgtm-prd --reason "…"`,
    })
      .option('--reason <text>', 'why, for the record')
      .option('--by <who>', 'default: the user name')
      .option('--step <weight>', 'refuse if it is at another weight')
      .option(...JSON_OPTION)
      .action(exitWith((name: string, options: WordOptions) => control(verb, name, options)));
  }
}

/** Says one word to a migration and prints what it answers; a refusal names the current state. */
async function control(verb: Verb, name: string, options: WordOptions): Promise<number> {
  const { withSession } = await import('../temporal/client.js');
  const { readLiveStatus, sayWord } = await import('../temporal/migration.js');
  const { view } = await import('./view.js');
  const answer = await withSession(async (session) => {
    // without a worker an update would wait without a word
    const { status, cutOff } = await readLiveStatus(session, name);
    if (cutOff) throw new CommandError(cutOff);
    refuseWhenEnded(verb, status);
    return sayWord(session, name, verb, wordOf(options));
  });
  const lines = [answer.accepted, ...view(answer.status)];
  print(options.json, answer, lines);
  return EXIT.done;
}

/** Temporal answers a word to an ended run as if the run were not there. */
function refuseWhenEnded(verb: Verb, status: Status): void {
  if (status.outcome) throw new CommandError(sentenceOf(hasEnded(verb, status)));
}

function wordOf({ by, reason, step }: WordOptions): Word {
  return {
    by: by ?? findUserName(),
    ...(reason ? { reason } : {}),
    ...(step ? { step: Number(step) } : {}),
  };
}

/** Who is at the keyboard. */
function findUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? 'someone';
  }
}
