/** What stands in the place of a payload that nobody here can read. */
export interface Unreadable {
  /** why, in the converter's words */
  unreadable: string;
}

export function isUnreadable(value: unknown): value is Unreadable {
  return typeof value === 'object' && value !== null && typeof (value as Unreadable).unreadable === 'string';
}
