import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { abortSignal, approveSignal, ledgerQuery, statusQuery, updates, type Answer } from '../contract/messages';
import { VERB_NAMES, VERBS, type Verb, type Word } from '../contract/verbs';
import type { Run } from './engine/run';

/** Words of people: every verb an update with a validator that answers; approve and abort also signals. */
export function listen(migration: Run): void {
  const { control, progress, status, ledger } = migration;
  for (const verb of VERB_NAMES) {
    const answer = (word: Word | undefined) => take(migration, verb, word);
    const validator = (word: Word | undefined) => {
      const refusal = control.refuse(verb, word ?? {});
      if (refusal) throw ApplicationFailure.nonRetryable(refusal, 'Refused');
    };
    setHandler(updates[verb], answer, { description: VERBS[verb], validator });
  }
  for (const [signal, verb] of [
    [approveSignal, 'approve'],
    [abortSignal, 'abort'],
  ] as const) {
    const hear = (word: Word | undefined) => {
      const refusal = control.refuse(verb, word ?? {});
      if (refusal) progress.addEvent(refusal);
      else take(migration, verb, word);
    };
    setHandler(signal, hear, { description: VERBS[verb] });
  }
  setHandler(statusQuery, () => status, { description: 'where the migration stands' });
  setHandler(ledgerQuery, () => ledger.list(), { description: 'what the migration would take back' });
}

function take({ control, progress, status }: Run, verb: Verb, word: Word | undefined): Answer {
  const { by = 'someone', reason = 'no reason given', step } = word ?? {};
  const during = `${status.phase} at ${status.weight} %`;
  control.take({
    verb,
    by,
    reason,
    ...(step !== undefined && { step }),
  });
  status.paused = control.isPaused;
  status.decisions.push({
    verb,
    by,
    reason,
    at: new Date().toISOString(),
    during,
  });
  progress.addEvent(`${verb} by ${by}: ${reason}`);
  return { accepted: `${verb} taken during ${during}`, status };
}
