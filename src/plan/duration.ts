import ms, { type StringValue } from 'ms';
import { z } from 'zod';

/** A length of time as people write it: `250ms`, `90s`, `10m`, `1h`, `7d`. */
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, {
    error: (issue) => `${JSON.stringify(issue.input)} is not a duration; write 90s, 10m, 1h or 7d`,
  })
  .meta({ description: 'A length of time: 250ms, 90s, 10m, 1h, 7d' });

export type Duration = z.infer<typeof duration>;

/** Milliseconds in a {@link Duration}; the schema has already checked its form. */
export function milliseconds(value: Duration): number {
  return ms(value as StringValue);
}

/** The duration as a person says it: `41s`, `12m`, `1h12m`, `6d23h`. */
export function humanize(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  const [days, hours, minutes] = [
    Math.floor(seconds / 86400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days}d${hours > 0 ? `${hours}h` : ''}`;
  if (hours > 0) return `${hours}h${minutes > 0 ? `${minutes}m` : ''}`;
  return `${minutes}m${seconds % 60 > 0 ? `${seconds % 60}s` : ''}`;
}
