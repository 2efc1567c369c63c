type Version = [major: number, minor: number, patch: number];

/** A complete version, with or without `v` and a suffix; undefined for `latest`, `3` or `3.2`, which move. */
export function parseVersion(tag: string): Version | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+][\w.-]+)?$/.exec(tag) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

/** Below 0 when `left` is older than `right`. Both must be complete versions. */
export function compareVersions(left: string, right: string): number {
  const [ours, theirs] = [parseVersion(left)!, parseVersion(right)!];
  const differences = ours.map((part, index) => part - theirs[index]!);
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** Whether what is known to be so only before a version is otherwise in this one; never of one that can't be read. */
export function isPast(version: string | undefined, until: string | undefined): boolean {
  if (version === undefined || until === undefined) return false;
  return parseVersion(version) !== undefined && compareVersions(version, until) >= 0;
}
