import { ApplicationFailure, CancellationScope, condition, isCancellation, setHandler } from '@temporalio/workflow';
import type { Survey } from '../contract/findings';
import { planSchema, type Plan } from '../plan/schema';
import { decommission } from './phases/decommission';
import { deploy } from './phases/deploy';
import { asFailure, messageOf } from './engine/failures';
import { abortSignal, approveSignal, statusQuery, updates, type Answer, type MigrateInput } from '../contract/messages';
import type { Word } from '../contract/verbs';
import { images } from './phases/images';
import { Migration } from './engine/migration';
import { provision } from './phases/provision';
import { wait } from './engine/activities';
import { rollback } from './engine/rollback';
import { shift } from './phases/shift';
import { VERB_NAMES, VERBS, type Verb } from '../contract/verbs';
import type { Status } from '../contract/status';

/** One migration of one stack, from the first look at the account to the last host, or all the way back. */
export async function migrate(input: MigrateInput): Promise<Status> {
  const run = new Migration(checked(input));
  listen(run);
  const forward = new CancellationScope();
  const aborted = condition(() => run.control.abort !== null).then(() => forward.cancel());
  aborted.catch(() => undefined);

  try {
    await forward.run(() => runbook(run));
    run.progress.finish('completed');
  } catch (error) {
    const { abort } = run.control;
    const reason = abort
      ? `${abort.by} said ${abort.verb}: ${abort.reason}`
      : isCancellation(error)
        ? 'cancellation was requested'
        : messageOf(error);
    try {
      run.progress.finish(await CancellationScope.nonCancellable(() => rollback(run, reason)));
    } catch (broken) {
      throw asFailure(broken);
    }
  }
  return run.status;
}

/** The plan document, top to bottom. */
async function runbook(run: Migration): Promise<void> {
  const found = await run.phase('preflight', () => preflight(run));
  const platform = await run.phase('provision', () => provision(run, found));
  const built = await run.phase('images', () => images(run));
  const release = await run.phase('deploy', () => deploy(run, found, platform, built));
  await shift(run, found, release);
  await decommission(run, found, release);
}

async function preflight(run: Migration): Promise<Survey> {
  const found = await wait('runPreflight', 'preflight: read the account, change nothing', {
    plan: run.plan,
    owner: run.owner,
  });
  const at = (level: string) => found.findings.filter((finding) => finding.level === level);
  const [passed, warned, failed] = [at('pass'), at('warn'), at('fail')];
  run.status.findings = {
    warnings: warned.map(({ message }) => message),
    failures: failed.map(({ message, fix }) => ({ message, fix: fix ?? '' })),
  };
  run.progress.detail('preflight', `${passed.length} pass, ${warned.length} warn, ${failed.length} fail`);
  for (const { message, fix } of warned) run.progress.event(`warning: ${message}; ${fix}`);
  if (failed.length > 0) {
    throw ApplicationFailure.nonRetryable(
      `preflight found ${failed.length} failures: ${failed.map(({ message, fix }) => `${message} — ${fix}`).join('; ')}`,
      'PreflightFailed',
    );
  }
  return found;
}

/** A start from the Temporal UI has passed no command line: the plan is checked here once more. */
function checked({ plan }: MigrateInput): Plan {
  const result = planSchema.safeParse(plan);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw ApplicationFailure.nonRetryable(`not a plan: ${problems.join('; ')}`, 'InvalidPlan');
}

/** Words of people: every verb an update with a validator that answers; approve and abort also signals. */
function listen(run: Migration): void {
  const take = (verb: Verb, word: Word | undefined): Answer => {
    const by = word?.by ?? 'someone';
    const reason = word?.reason ?? 'no reason given';
    const during = `${run.status.phase} at ${run.status.weight} %`;
    run.control.take({ verb, by, reason, ...(word?.step === undefined ? {} : { step: word.step }) });
    run.status.paused = run.control.paused;
    run.status.decisions.push({ verb, by, reason, at: new Date().toISOString(), during });
    run.progress.event(`${verb} by ${by}: ${reason}`);
    return { accepted: `${verb} taken during ${during}`, status: run.status };
  };
  for (const verb of VERB_NAMES) {
    setHandler(updates[verb], (word: Word | undefined) => take(verb, word), {
      description: VERBS[verb],
      validator: (word: Word | undefined) => {
        const refusal = run.control.refusal(verb, word ?? {});
        if (refusal) throw ApplicationFailure.nonRetryable(refusal, 'Refused');
      },
    });
  }
  for (const [signal, verb] of [
    [approveSignal, 'approve'],
    [abortSignal, 'abort'],
  ] as const) {
    setHandler(
      signal,
      (word: Word | undefined) => {
        const refusal = run.control.refusal(verb, word ?? {});
        if (refusal) run.progress.event(refusal);
        else take(verb, word);
      },
      { description: VERBS[verb] },
    );
  }
  setHandler(statusQuery, () => run.status, { description: 'where the migration stands' });
}
