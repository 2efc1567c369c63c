/**
 * How the workflow tries an activity. It is said once, beside the activity's name; no call chooses.
 * `quick`: one look or change at AWS, half a minute at most.
 * `waiting`: waits for the world and heartbeats meanwhile, hours if it must.
 * `question`: an answer that a report can do without, given up after some minutes.
 * `figure`: a question that a rollback waits for, three minutes at most.
 * `build`: builds an image, on the queue of hosts that can.
 * `watch`: looks until there is news, without an end of tries, and goes on from its heartbeat.
 */
export type Attempts = 'quick' | 'waiting' | 'question' | 'figure' | 'build' | 'watch';

/** One entry for each activity of a noun. */
export type AttemptsOf<T> = Record<keyof T, Attempts>;
