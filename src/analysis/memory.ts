/** What a store holds only in memory; null with the reason when it could not say. */
export interface MemoryAmount {
  service: string;
  amount: number | null;
  unit: string;
  note: string;
}

/** `mimir 12,345 series, loki not measured (…)` */
export function describeMemory(amounts: MemoryAmount[]): string {
  const parts = amounts.map(({ service, amount, unit, note }) =>
    amount === null ? `${service} not measured (${note})` : `${service} ${amount.toLocaleString('en-US')} ${unit}`,
  );
  return parts.join(', ');
}
