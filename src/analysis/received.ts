/** The same at one of its ports. */
interface PortCount {
  port: number;
  host: number | null;
  ecs: number | null;
}

/** What a component's own counters say on each side since it started; null: not known. */
export interface ReceivedTotal {
  service: string;
  unit: string;
  host: number | null;
  ecs: number | null;
  /** why a side is not known */
  note: string;
  /** where it tells its ports apart */
  ports?: PortCount[];
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
      ...differOnBoth(earlier, total),
      ...(total.ports && { ports: total.ports.map((count) => comparePort(earlier?.ports, count)) }),
      since: before.at,
      until: after.at,
    };
  });
}

function comparePort(before: PortCount[] | undefined, after: PortCount): PortCount {
  const earlier = before?.find(({ port }) => port === after.port);
  return {
    port: after.port,
    ...differOnBoth(earlier, after),
  };
}

type Sides = Pick<PortCount, 'host' | 'ecs'>;

const differOnBoth = (before: Sides | undefined, after: Sides): Sides => ({
  host: differ(before?.host, after.host),
  ecs: differ(before?.ecs, after.ecs),
});

function differ(before: number | null | undefined, after: number | null): number | null {
  if (after === null || before === null || before === undefined) return null;
  return after >= before ? after - before : after;
}

/** `tempo: host 1200, ECS 34 spans, of them at 4317 host 1000, ECS 30, at 4318 host 200, ECS 4` */
export function describeReceived({ service, unit, host, ecs, note, ports = [] }: Received): string {
  const tell = (sides: Sides) => `host ${sides.host ?? 'not known'}, ECS ${sides.ecs ?? 'not known'}`;
  const known = ports.filter((sides) => sides.host !== null || sides.ecs !== null);
  const parts = known.map((sides) => `at ${sides.port} ${tell(sides)}`);
  const line = `${service}: ${tell({ host, ecs })} ${unit}${parts.length > 0 ? `, of them ${parts.join(', ')}` : ''}`;
  return note ? `${line} (${note})` : line;
}
