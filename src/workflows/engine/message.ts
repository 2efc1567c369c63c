/** What a field of a message must be, by JavaScript's name. */
type Kind = 'string' | 'boolean' | 'object';

/**
 * Whether what came by a signal is what a neighbour sends. Anybody can send one, and what is read wrong would fail the
 * task for ever.
 */
export function isMessage(said: unknown, fields: Record<string, Kind>): boolean {
  if (typeof said !== 'object' || said === null) return false;
  const values = said as Record<string, unknown>;
  return Object.entries(fields).every(([name, kind]) => values[name] !== null && typeof values[name] === kind);
}
