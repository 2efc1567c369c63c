import { ApplicationFailure, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import { ledgerQuery, signals, statusQuery, updates, type Answer } from '../contract/messages';
import { VERB_NAMES, VERBS, type Verb } from '../contract/verbs';
import { answerUnknown, answerWord, describeQuestion } from './answers';
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
  setDefaultSignalHandler((name) => progress.addEvent(answerUnknown(cutText(name, LONGEST_NAME), status)));
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

/** Kept as a decision alone, with its reason: what shows events shows those too. */
function take({ control, progress, status }: Run, verb: Verb, word: SaidWord): Answer {
  const { by, reason } = word;
  const accepted = answerWord(verb, by, status);
  const isApproval = verb === 'approve';
  progress.addDecision({
    verb,
    by,
    reason,
    during: `${status.phase} at ${status.weight} %`,
    ...(isApproval && { question: describeQuestion(status) }),
  });
  control.take({ verb, ...word });
  status.paused = control.isPaused;
  progress.publish();
  return { accepted };
}
