import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/**
 * Shortens timers for the lab and the tests, the long ones most: up to a second stays, a TTL becomes
 * tenths of a second, an hour two, a week four. A hold for a human stays long enough for one.
 */
export function shortened(milliseconds: number): number {
  const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
  if (milliseconds <= second) return milliseconds;
  if (milliseconds <= 10 * minute) return Math.min(250, milliseconds / 100 + 100);
  if (milliseconds <= 6 * hour) return 2 * second;
  if (milliseconds < 7 * day) return minute;
  return 4 * second;
}

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      startTimer: (input, next) => next({ ...input, durationMs: Math.max(1, Math.round(shortened(input.durationMs))) }),
    },
  ],
});
