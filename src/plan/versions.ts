import { compareVersions, parseVersion } from '../stores/version';
import { BOUNDARIES, parseImage, type ComponentName } from './components';

const GRAFANA_SOURCE = 'https://github.com/grafana/grafana/pull/78976';

/** The version of a tag that stays what it is; undefined for latest, main, 3 or 3.2. */
export function versionOf(image: string | undefined): string | undefined {
  const tag = image && parseImage(image).tag;
  return tag && parseVersion(tag) ? tag : undefined;
}

export interface VersionJudgement {
  level: 'pass' | 'warn' | 'fail';
  message: string;
  source?: string;
}

/**
 * Whether a component may go from one version to another in the course of a move.
 * @param running what runs @param target what would run
 * @returns fail across storage or schema formats, in both directions; warn for any other difference
 */
export function judgeVersion(component: ComponentName, running: string, target: string): VersionJudgement {
  const unclear = [running, target].find((tag) => !parseVersion(tag));
  if (unclear !== undefined)
    return {
      level: 'fail',
      message: `"${unclear}" says no version of ${component}`,
    };
  const difference = compareVersions(running, target);
  if (difference === 0) return { level: 'pass', message: `${component} ${running}` };
  return (
    judgeBoundary(component, running, target) ??
    judgeDatabase(component, running, target) ?? {
      level: 'warn',
      message: `${component} ${target} is ${difference < 0 ? 'newer' : 'older'} than ${running}`,
    }
  );
}

/** A version between the two at which what is stored changed. */
function judgeBoundary(component: ComponentName, running: string, target: string): VersionJudgement | undefined {
  const [older, newer] = [running, target].sort(compareVersions) as [string, string];
  const isBetween = (at: string) => compareVersions(older, at) < 0 && compareVersions(newer, at) >= 0;
  const boundary = BOUNDARIES[component].find(({ at }) => isBetween(at));
  if (!boundary) return undefined;
  const { at, what, source } = boundary;
  return {
    level: 'fail',
    message: `${component} ${running} and ${target} lie on both sides of ${at}: ${what}`,
    source,
  };
}

/** Grafana migrates its database at every start, and only forward. */
function judgeDatabase(component: ComponentName, running: string, target: string): VersionJudgement | undefined {
  if (component !== 'grafana') return undefined;
  const [ours, theirs] = [parseVersion(running)!, parseVersion(target)!];
  const isDowngrade = compareVersions(running, target) > 0;
  const isOtherMajor = ours[0] !== theirs[0];
  const isOtherMinor = isOtherMajor || ours[1] !== theirs[1];
  if (!isOtherMajor && !(isDowngrade && isOtherMinor)) return undefined;
  const does = isDowngrade ? 'be started on a database of' : 'migrate the database of';
  return {
    level: 'fail',
    message: `grafana ${target} would ${does} ${running}, and there is no way back: migrations only go forward`,
    source: GRAFANA_SOURCE,
  };
}
