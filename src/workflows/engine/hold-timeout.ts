import { CancellationScope } from '@temporalio/workflow';
import { toMilliseconds } from '../../plan/duration';
import { Breach } from './failures';
import type { Run } from './run';
import { describeTimedOut } from './texts';
import { rest } from './timers';

/** A limit on how long a gate waits for its signals. */
export interface HoldLimit {
  /** ISO, when the plan has it go back; absent: it waits without an end */
  goesBackAt?: string;
  /** The gate waits for them no more. */
  lift(): void;
}

const NONE: HoldLimit = {
  lift: () => undefined,
};

/**
 * From now on a gate waits for its signals only as long as the plan lets it: then it is told, and where the plan says
 * so it is a breach, which takes the run back.
 * @param what the gate, as in `50 %`
 */
export function limitHold(run: Run, what: string): HoldLimit {
  const { holdTimeout, onHoldTimeout } = run.plan.analysis;
  if (holdTimeout === undefined) return NONE;
  const limitMs = toMilliseconds(holdTimeout);
  const scope = new CancellationScope();
  const timing = async () => {
    await rest(limitMs, `how long the signals of ${what} may hold`);
    const reason = describeTimedOut(what, holdTimeout, run.watch.state.reason);
    if (onHoldTimeout === 'rollback') run.watch.breach ??= new Breach('availability', reason);
    else run.progress.addEvent(`${reason}; it goes on waiting (onHoldTimeout: wait)`);
  };
  // ended by whoever lifts it, or with the run
  scope.run(timing).catch(() => undefined);
  return {
    ...(onHoldTimeout === 'rollback' && {
      goesBackAt: new Date(Date.now() + limitMs).toISOString(),
    }),
    lift: () => scope.cancel(),
  };
}
