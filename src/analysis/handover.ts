/** What one side said of a store: a time, or why there is none. */
export interface Reading {
  service: string;
  /** ISO time */
  at: string | null;
  note: string;
  /** it was also read from S3, where the other side writes too */
  isShared?: boolean;
}

/** One line of the handover report. What is unknown is null, never a number. */
export interface Handover {
  service: string;
  newestOld: string | null;
  firstNew: string | null;
  /** from the newest old to the first new; 0 where they overlap */
  gapSeconds: number | null;
  note: string;
}

const MAY_BE_OTHERS = 'the newest that the host names may be what ECS wrote, since it reads S3 too';

/** Both sides of each store. @param old readings of a host each @param first those of ECS, one a store */
export function compareHandover(old: Reading[], first: Reading[]): Handover[] {
  return first.map((reading) =>
    compareStore(
      old.filter(({ service }) => service === reading.service),
      reading,
    ),
  );
}

function compareStore(old: Reading[], first: Reading): Handover {
  const { service, at: firstNew } = first;
  const newestOld = findNewest(old);
  const apart = measureApart(newestOld, firstNew);
  // older than what ECS has first it can only be the host's own
  const isOlder = apart !== null && apart > 0;
  const isDoubtful = newestOld !== null && !isOlder && old.some(({ isShared }) => isShared);
  const notes = [
    newestOld === null && `old: ${listReasons(old) || 'no host was asked'}`,
    firstNew === null && `new: ${first.note}`,
    isDoubtful ? MAY_BE_OTHERS : describeOverlap(apart),
  ];
  return {
    service,
    newestOld,
    firstNew,
    gapSeconds: isDoubtful ? null : measureGap(apart),
    note: notes.filter(Boolean).join('; '),
  };
}

/** From the newest old to the first new, in seconds; null where one is unknown. */
function measureApart(newestOld: string | null, firstNew: string | null): number | null {
  if (newestOld === null || firstNew === null) return null;
  return secondsBetween(newestOld, firstNew);
}

const listReasons = (readings: Reading[]): string => readings.map(({ note }) => note).join(', ');

function describeOverlap(apart: number | null): string {
  if (apart === null || apart >= 0) return '';
  return `both sides took in for ${Math.round(-apart)} s`;
}

function measureGap(apart: number | null): number | null {
  if (apart === null) return null;
  return Math.max(0, Math.round(apart * 10) / 10);
}

function findNewest(readings: Reading[]): string | null {
  const times = readings.map(({ at }) => at).filter((at) => at !== null);
  return times.sort().at(-1) ?? null;
}

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;
