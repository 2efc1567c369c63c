import { containersOf } from '../../../src/activities/host/containers';
import { sayComposeFailed } from '../../../src/activities/preflight/texts/hosts';

test.each([
  ["docker: 'compose' is not a docker command.", /^install the plugin of Compose 2 there/],
  ['unknown shorthand flag: "p" in -project-directory', /^install the plugin of Compose 2 there/],
  ['no configuration file provided: not found', /name files .* under source\.composeFiles$/],
])('where Compose says "%s" the way out is named', (error, fix) => {
  const finding = sayComposeFailed('i-1', '/opt/lgtm', 1, error);
  expect(finding.message).toBe(`docker compose in /opt/lgtm on i-1 exits with 1: ${error}`);
  expect(finding.fix).toMatch(fix);
});

const MIMIR = {
  Service: 'mimir',
  State: 'running',
};
const LOKI = {
  Service: 'loki',
  State: 'exited',
};

test.each([
  ['a line each', [MIMIR, LOKI].map((container) => JSON.stringify(container)).join('\n')],
  ['an array', JSON.stringify([MIMIR, LOKI])],
  ['an array of several lines', JSON.stringify([MIMIR, LOKI], null, 4)],
  ['an array of each project', [[MIMIR], [LOKI]].map((project) => JSON.stringify(project, null, 4)).join('\n')],
])('containers are read from %s', (_, output) => {
  expect(containersOf(`${output}\n`)).toEqual([MIMIR, LOKI]);
});

test('what is no container is quoted', () => {
  expect(() => containersOf('{"Service":"mimir"')).toThrow('{"Service":"mimir"');
});
