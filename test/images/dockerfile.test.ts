import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { LGTM_SERVICES } from '../../src/plan/defaults';
import { FOLDER, read, SERVICES } from './configuration';

const HADOLINT = join(__dirname, '../../.tools/emulator/bin/hadolint');
const BASE = /^\$\{REGISTRY\}\/\w+\/\w+:(\$\{VERSION\}|\d+\.\d+\.\d+-musl)$/;

describe.each(SERVICES)('the Dockerfile of %s', (service) => {
  const dockerfile = read(service, 'Dockerfile');

  /** What a pattern captures. */
  const find = (pattern: RegExp): string => {
    const match = pattern.exec(dockerfile);
    return match![1]!;
  };

  test('gives hadolint nothing to find', () => {
    const { status, stdout, stderr } = spawnSync(HADOLINT, ['--no-color', 'Dockerfile'], {
      cwd: join(FOLDER, service),
      encoding: 'utf8',
    });
    expect(stdout + stderr).toBe('');
    expect(status).toBe(0);
  });

  test('takes every base from the registry of its build argument, at a version', () => {
    expect(dockerfile).toMatch(/^ARG REGISTRY=docker\.io$/m);
    expect(dockerfile).toMatch(/^ARG VERSION=v?\d+\.\d+\.\d+$/m);
    const lines = [...dockerfile.matchAll(/^FROM (\S+)/gm)];
    const bases = lines.map(([, base]) => base!);
    for (const base of bases) {
      expect(base).toMatch(BASE);
    }
    expect(bases.at(-1)).toBe(`\${REGISTRY}/grafana/${service}:\${VERSION}`);
  });

  test('does not run as root', () => {
    expect(dockerfile).toMatch(/^USER [1-9]\d*(:\d+)?$/m);
  });

  test('calls entrypoint and health check without a shell of the base', () => {
    expect(dockerfile).toMatch(/^ENTRYPOINT \["/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK .* CMD \["/m);
  });

  // ECS does not read an image's HEALTHCHECK: the task definition brings its own
  test('is checked by ECS as by Docker', () => {
    const check = JSON.parse(find(/^HEALTHCHECK .* CMD (\[.*\])$/m)) as string[];
    const { health } = LGTM_SERVICES[service];
    expect(health.command).toEqual(['CMD', ...check]);
  });

  test("opens the ports that the plan's defaults know", () => {
    const ports = find(/^EXPOSE (.*)$/m)
      .split(' ')
      .map(Number);
    const { port, ...others } = LGTM_SERVICES[service];
    const extraPorts = 'extraPorts' in others ? others.extraPorts : [];
    expect(ports).toEqual(expect.arrayContaining([port, ...extraPorts]));
  });
});
