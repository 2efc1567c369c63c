/**
 * How the workflow tries an activity. It is said once, beside the activity's name; no call chooses.
 * Each heartbeats by itself.
 * `quick`: one look or change at AWS, two minutes at most.
 * `waiting`: waits for the world, hours if it must.
 * `question`: an answer that a report can do without, given up after some minutes.
 * `figure`: a question that a rollback waits for, three minutes at most.
 * `build`: builds an image, on the queue of hosts that can.
 * `local`: asks nothing of the world; runs within the workflow's own task, so that nothing comes before its answer.
 * `watch`: looks until there is news, without an end of tries, and goes on from what its heartbeat told.
 */
export type Attempts = 'quick' | 'waiting' | 'question' | 'figure' | 'build' | 'local' | 'watch';

/** One entry for each activity of a noun. */
export type AttemptsOf<T> = Record<keyof T, Attempts>;
