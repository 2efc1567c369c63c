import { ApplicationFailure, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import { ledgerQuery, signals, statusQuery, updates, type Answer } from '../contract/messages';
import { VERB_NAMES, VERBS, type Verb } from '../contract/verbs';
import { describeStatus } from './details';
import type { Run } from './engine/run';
import { cutText } from './engine/text';
import { readWord, type SaidWord } from './engine/word';

const LONGEST_NAME = 100;

/**
 * Words of people: every verb an update with a validator that answers, and a signal that is answered in the events.
 * Whatever comes with it is read by `readWord`, so that no message fails a task.
 */
export function listen(migration: Run): void {
  const { control, progress, status, ledger } = migration;
  for (const verb of VERB_NAMES) {
    const answer = (said: unknown) => take(migration, verb, readWord(said));
    const validator = (said: unknown) => {
      const refusal = control.refuse(verb, readWord(said));
      if (refusal) throw ApplicationFailure.nonRetryable(refusal, 'Refused');
    };
    setHandler(updates[verb], answer, {
      description: VERBS[verb],
      validator,
    });
    setHandler(signals[verb], (said: unknown) => hear(migration, verb, readWord(said)), {
      description: VERBS[verb],
    });
  }
  setDefaultSignalHandler((name) => {
    const signal = `signal ${cutText(name, LONGEST_NAME)}`;
    progress.addEvent(`${signal} is unknown; known are ${VERB_NAMES.join(', ')}. Now: ${describeStatus(status)}`);
  });
  setHandler(statusQuery, () => status, {
    description: 'where the migration stands',
  });
  setHandler(ledgerQuery, () => ledger.list(), {
    description: 'what the migration would take back',
  });
}

function hear(migration: Run, verb: Verb, word: SaidWord): void {
  const refusal = migration.control.refuse(verb, word);
  if (refusal) migration.progress.addEvent(refusal);
  else take(migration, verb, word);
}

function take({ control, progress, status }: Run, verb: Verb, word: SaidWord): Answer {
  const { by, reason } = word;
  const during = `${status.phase} at ${status.weight} %`;
  control.take({
    verb,
    ...word,
  });
  status.paused = control.isPaused;
  progress.addDecision({
    verb,
    by,
    reason,
    during,
  });
  progress.addEvent(`${verb} by ${by}: ${reason}`);
  return {
    accepted: `${verb} taken during ${during}`,
    status,
  };
}
