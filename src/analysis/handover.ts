/** What one side said of a store: a time, or why there is none. */
export interface Reading {
  service: string;
  /** ISO time */
  at: string | null;
  note: string;
  /** it was also read from S3, where the other side writes too */
  isShared?: boolean;
  /** then: its newest of before ECS took anything in, which is its own; ISO time */
  ownAt?: string;
  /** no such store runs there, so that there is nothing to hand over */
  isAbsent?: boolean;
}

/** One line of the handover report. What is unknown is null, never a number. */
export interface Handover {
  service: string;
  newestOld: string | null;
  firstNew: string | null;
  /** from the newest old to the first new; 0 where they overlap */
  gapSeconds: number | null;
  /** it may be shorter, and is not longer */
  isAtMost?: boolean;
  note: string;
  /** no host runs such a store */
  isNew?: boolean;
}

/** The host took in until then at least: what it took in later can but make the gap shorter. */
const IS_AT_MOST = "at most: from the host's newest of before the shift, since what is newer may be what ECS wrote";
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
  const { says, ...gap } = measureStore(old, newestOld, firstNew);
  const notes = [
    newestOld === null && `old: ${listReasons(old) || 'no host was asked'}`,
    firstNew === null && `new: ${first.note}`,
    says,
  ];
  return {
    service,
    newestOld,
    firstNew,
    ...gap,
    note: notes.filter(Boolean).join('; '),
    ...(isNowhere(old) && { isNew: true }),
  };
}

/** The gap, or what it is at most: what is newest on a host that reads S3 too may be what ECS wrote. */
function measureStore(
  old: Reading[],
  newestOld: string | null,
  firstNew: string | null,
): Pick<Handover, 'gapSeconds' | 'isAtMost'> & { says: string } {
  const apart = measureApart(newestOld, firstNew);
  // older than what ECS has first it can only be the host's own
  const isOlder = apart !== null && apart > 0;
  if (newestOld === null || isOlder || !old.some(({ isShared }) => isShared)) {
    return {
      gapSeconds: measureGap(apart),
      says: describeOverlap(apart),
    };
  }
  const bound = measureGap(measureApart(findNewestOwn(old), firstNew));
  if (bound === null)
    return {
      gapSeconds: null,
      says: MAY_BE_OTHERS,
    };
  return {
    gapSeconds: bound,
    isAtMost: true,
    says: IS_AT_MOST,
  };
}

const isNowhere = (readings: Reading[]): boolean =>
  readings.length > 0 && readings.every(({ isAbsent }) => isAbsent === true);

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

const findNewest = (readings: Reading[]): string | null => chooseNewest(readings.map(({ at }) => at));

const findNewestOwn = (readings: Reading[]): string | null =>
  chooseNewest(readings.map(({ at, isShared, ownAt = null }) => (isShared ? ownAt : at)));

function chooseNewest(times: (string | null)[]): string | null {
  const known = times.filter((time) => time !== null);
  return known.sort().at(-1) ?? null;
}

/** How long a gap of each store may be, in seconds; Infinity: as long as it likes, and unknown too. */
export type GapLimits = Record<string, number>;

/** Lines of the report that a person has to answer for: a gap above its limit, or one that nobody measured. */
export function listGaps(report: Handover[], limits: GapLimits): Handover[] {
  return report.filter(({ service, gapSeconds, isNew }) => {
    const limit = limits[service] ?? 0;
    if (limit === Infinity || isNew) return false;
    return gapSeconds === null || gapSeconds > limit;
  });
}

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;
