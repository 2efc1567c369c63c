/** What stands between us and Temporal, as a sentence for whoever can put it right. */
export class TemporalError extends Error {
  override readonly name: string = 'TemporalError';
}

/** Nobody answered in time: no worker, or a server that is just being replaced. Whoever watches goes on. */
export class NoAnswer extends TemporalError {
  override readonly name = 'NoAnswer';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
