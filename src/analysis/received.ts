/** What a component's own counters say on each side since it started; null: not known. */
export interface ReceivedTotal {
  service: string;
  unit: string;
  host: number | null;
  ecs: number | null;
  /** why a side is not known */
  note: string;
}

/** The same of a stretch of time. */
export interface Received extends ReceivedTotal {
  /** ISO */
  since: string;
  until: string;
}

/** A moment's totals. */
export interface ReceivedLook {
  /** ISO */
  at: string;
  totals: ReceivedTotal[];
}

/** What came in between two looks. A counter that has fallen began anew: what it has is what came in since. */
export function compareReceived(before: ReceivedLook, after: ReceivedLook): Received[] {
  return after.totals.map((total) => {
    const earlier = before.totals.find(({ service }) => service === total.service);
    return {
      ...total,
      host: differ(earlier?.host, total.host),
      ecs: differ(earlier?.ecs, total.ecs),
      since: before.at,
      until: after.at,
    };
  });
}

function differ(before: number | null | undefined, after: number | null): number | null {
  if (after === null || before === null || before === undefined) return null;
  return after >= before ? after - before : after;
}

/** `mimir: host 1200, ECS 34 samples` */
export function describeReceived({ service, unit, host, ecs, note }: Received): string {
  const tell = (count: number | null) => count ?? 'not known';
  const line = `${service}: host ${tell(host)}, ECS ${tell(ecs)} ${unit}`;
  return note ? `${line} (${note})` : line;
}
