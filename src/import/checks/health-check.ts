import { compareVersions, parseVersion, type ComponentName } from '../../plan/versions';

/** Since when an image has no shell and none of its tools. */
const BARE_SINCE: Partial<Record<ComponentName, { version: string; source: string }>> = {
  mimir: { version: '2.13.0', source: 'https://github.com/grafana/mimir/pull/8204' },
  loki: { version: '3.6.0', source: 'https://github.com/grafana/loki/issues/20149' },
  tempo: { version: '2.10.0', source: 'https://github.com/grafana/tempo/pull/5717' },
  pyroscope: { version: '1.7.0', source: 'https://github.com/grafana/pyroscope/pull/3437' },
};
/** What an image with a shell still has not. */
const LACKS: Partial<Record<ComponentName, RegExp>> = { alloy: /^(wget|curl|nc)$/ };
const TOOL = /^(wget|curl|nc|sh|bash|grep|test)$/;

/**
 * The program of a health check that its image does not have.
 * @param test as Compose has it, CMD or CMD-SHELL first
 * @returns undefined when the check can run, or when nobody knows
 */
export function missingProgram(
  component: ComponentName,
  version: string | undefined,
  test: string[],
): { program: string; source?: string } | undefined {
  const [kind, ...words] = test;
  if (kind === 'NONE') return undefined;
  const line = kind === 'CMD' || kind === 'CMD-SHELL' ? words : test;
  const programs = line
    .join(' ')
    .split(/[\s;|&]+/)
    .map((word) => word.split('/').at(-1)!)
    .filter((word) => TOOL.test(word));
  const lacking = programs.find((program) => LACKS[component]?.test(program));
  if (lacking) return { program: lacking };
  const bare = BARE_SINCE[component];
  if (!bare || (version && parseVersion(version) && compareVersions(version, bare.version) < 0)) return undefined;
  const program = programs[0] ?? (kind === 'CMD-SHELL' ? 'sh' : undefined);
  return program ? { program, source: bare.source } : undefined;
}
