import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { LGTM_SERVICES } from '../../src/plan/defaults';
import { FOLDER, read, SERVICES } from './configuration';

const HADOLINT = join(__dirname, '../../.tools/emulator/bin/hadolint');

describe.each(SERVICES)('the Dockerfile of %s', (service) => {
  const dockerfile = read(service, 'Dockerfile');

  test('gives hadolint nothing to find', () => {
    const { status, stdout, stderr } = spawnSync(HADOLINT, ['--no-color', 'Dockerfile'], {
      cwd: join(FOLDER, service),
      encoding: 'utf8',
    });
    expect({ status, found: stdout + stderr }).toEqual({ status: 0, found: '' });
  });

  test('takes every base from the registry of its build argument, at a version', () => {
    expect(dockerfile).toMatch(/^ARG REGISTRY=docker\.io\nARG VERSION=v?\d+\.\d+\.\d+$/m);
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    for (const base of bases) expect(base).toMatch(/^\$\{REGISTRY\}\/\w+\/\w+:(\$\{VERSION\}|\d+\.\d+\.\d+-musl)$/);
    expect(bases.at(-1)).toBe(`\${REGISTRY}/grafana/${service}:\${VERSION}`);
  });

  test('does not run as root', () => expect(dockerfile).toMatch(/^USER [1-9]\d*(:\d+)?$/m));

  test('calls entrypoint and health check without a shell of the base', () => {
    expect(dockerfile).toMatch(/^ENTRYPOINT \["/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK .* CMD \["/m);
  });

  // ECS does not read an image's HEALTHCHECK: the task definition brings its own
  test('is checked by ECS as by Docker', () => {
    const check = JSON.parse(/^HEALTHCHECK .* CMD (\[.*\])$/m.exec(dockerfile)![1]!) as string[];
    expect(LGTM_SERVICES[service].health.command).toEqual(['CMD', ...check]);
  });

  test("opens the ports that the plan's defaults know", () => {
    const ports = /^EXPOSE (.*)$/m.exec(dockerfile)![1]!.split(' ').map(Number);
    const { port, ...rest } = LGTM_SERVICES[service];
    expect(ports).toEqual(expect.arrayContaining([port, ...('extraPorts' in rest ? rest.extraPorts : [])]));
  });
});
