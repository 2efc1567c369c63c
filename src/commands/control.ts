import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import { findAsked, type RunKind, type Status } from '../contract/status';
import { VERB_NAMES, VERBS, type Verb, type Word } from '../contract/verbs';
import type { RunName } from '../temporal/run';
import { addCommand, exitWith, JSON_OPTION, type JsonOption } from './command';
import { CommandError, EXIT, print, sentenceOf } from './output';
import { hasEnded } from './texts';

interface WordOptions extends JsonOption {
  reason?: string;
  by?: string;
  step?: number;
  question?: string;
  what?: string;
}

/** A command for each word that an operator can say; what it means stands beside its name in the contract. */
export function registerControl(program: Command): void {
  for (const verb of VERB_NAMES) {
    registerWord(program, verb, 'migration', `${verb} lgtm-prd`).option(
      '--step <weight>',
      'refuse if it is at another weight',
      readWeight,
    );
  }
}

/** @throws InvalidArgumentError, which the program says with the option's name and the word itself */
function readWeight(word: string): number {
  if (/^(100|[1-9]?\d)$/.test(word)) return Number(word);
  throw new InvalidArgumentError('Write a weight in percent: 10, say.');
}

/** One word to a run of this kind. @param example what one types, without a reason */
export function registerWord(parent: Command, verb: Verb, kind: RunKind, example: string): Command {
  const command = addCommand(parent, {
    usage: `${verb} <name>`,
    description: VERBS[verb],
    example: `${example} --reason "…"`,
  })
    .option('--reason <text>', 'why, for the record')
    .option('--by <who>', 'default: the user name');
  if (verb === 'retry' || verb === 'abort') {
    command.option('--what <undo>', 'of several that wait, and of what is given up: its name, or a part of it');
  }
  if (verb === 'approve') command.option('--question <id>', 'refuse if it asks another; default: what it asks now');
  return command.option(...JSON_OPTION).action(
    exitWith((name: string, options: WordOptions) =>
      control(
        verb,
        {
          kind,
          name,
        },
        options,
      ),
    ),
  );
}

/** Says one word to a run and prints what it answers; a refusal names the current state. */
async function control(verb: Verb, run: RunName, options: WordOptions): Promise<number> {
  const { withSession } = await import('../temporal/client.js');
  const { readLiveStatus, sayWord } = await import('../temporal/run.js');
  const { view } = await import('./view.js');
  const { accepted, status } = await withSession(async (session) => {
    // without a worker an update would wait without a word
    const before = await readLiveStatus(session, run);
    if (before.cutOff) throw new CommandError(before.cutOff);
    refuseWhenEnded(verb, before.status);
    const answer = await sayWord(session, run, verb, wordOf(verb, options, before.status));
    // it is taken, whether or not anybody answers again
    const after = await readLiveStatus(session, run).catch(() => before);
    return {
      ...answer,
      status: after.status,
    };
  });
  print(
    options.json,
    {
      accepted,
      status,
    },
    [accepted, ...view(status)],
  );
  return EXIT.done;
}

/** Temporal answers a word to an ended run as if the run were not there. */
function refuseWhenEnded(verb: Verb, status: Status): void {
  if (status.outcome) throw new CommandError(sentenceOf(hasEnded(verb, status)));
}

/** An approval answers what is asked now, unless it says what it was meant for. */
function wordOf(verb: Verb, { by, reason, step, question, what }: WordOptions, status: Status): Word {
  const asked = verb === 'approve' ? (question ?? findAsked(status)?.question?.id) : undefined;
  return {
    by: by ?? findUserName(),
    ...(reason ? { reason } : {}),
    ...(step !== undefined ? { step } : {}),
    ...(asked ? { question: asked } : {}),
    ...(what !== undefined && { what }),
  };
}

/** Who is at the keyboard. */
export function findUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? 'someone';
  }
}
