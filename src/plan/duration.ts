import ms, { type StringValue } from 'ms';

/** A length of time as people write it: `250ms`, `90s`, `10m`, `1h`, `7d`. */
export type Duration = string;

/** Milliseconds in a {@link Duration}; a plan's were checked. */
export function toMilliseconds(value: Duration): number {
  return ms(value as StringValue);
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A length in milliseconds as a person says it, in its two largest units:
 * `41s`, `12m`, `1h12m`, `6d23h`.
 */
export function formatDuration(length: number): string {
  const total = Math.max(0, Math.round(length / 1000));
  const days = Math.floor(total / DAY);
  const hours = Math.floor((total % DAY) / HOUR);
  const minutes = Math.floor((total % HOUR) / MINUTE);
  const seconds = total % MINUTE;
  if (days > 0) return `${days}d${unlessZero(hours, 'h')}`;
  if (hours > 0) return `${hours}h${unlessZero(minutes, 'm')}`;
  if (minutes > 0) return `${minutes}m${unlessZero(seconds, 's')}`;
  return `${seconds}s`;
}

function unlessZero(count: number, unit: string): string {
  return count > 0 ? `${count}${unit}` : '';
}
