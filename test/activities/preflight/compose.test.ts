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
