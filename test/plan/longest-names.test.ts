import { setIdentifiersOf } from '../../src/activities/aws/record-pair';
import { buildToken } from '../../src/activities/owner';
import { nameFamily, nameIngestGroup, nameLogGroup, nameRepository, nameTargetGroup } from '../../src/plan/names';
import { listProblems, planWith, SHORT } from './plan';

const SERVICE = 's'.repeat(32);
const STACK = 'n'.repeat(40);
/** The most that the schema takes of each. */
const LONGEST = `
logs: {prefix: ${'/'.repeat(400)}}
services:
  ${SERVICE}:
    cpu: 1
    memory: 2
    count: 1
    port: 8080
    health: {path: /ready}
    expose: {targetGroup: ${'t'.repeat(32)}}
ingest:
  name: ${'i'.repeat(26)}
  ports: [{port: 65535, targetPort: 8080, service: ${SERVICE}}]
`;
const OWNER = {
  migration: `lgtm-migrate-${STACK}`,
  run: '01a21a2a-86da-76df-8dac-8a6514eb5df1',
};

/** Sources: AWS, API references of what makes each. */
test('the longest names that a plan can say make none that AWS refuses', () => {
  const plan = planWith(LONGEST);
  const service = plan.services[SERVICE]!;
  const { host, ecs } = setIdentifiersOf(STACK);
  const lengths: [string, number][] = [
    [nameRepository(SERVICE, service), 256],
    [nameFamily(SERVICE, service), 255],
    [nameLogGroup(plan, SERVICE), 512],
    [nameTargetGroup(SERVICE, service), 32],
    [nameIngestGroup(plan.ingest!.name, { port: 65_535 }), 32],
    [host, 128],
    [ecs, 128],
    [OWNER.migration, 256],
    [buildToken(OWNER, SERVICE), 36],
    [buildToken(OWNER, 'n'.repeat(253)), 36],
  ];
  const tooLong = lengths.filter(([name, most]) => name.length > most);
  expect(tooLong).toEqual([]);
});

test.each([
  ['loadBalancer', `loadBalancer: {name: ${'b'.repeat(33)}}`],
  ['ingest', `ingest: {name: ${'i'.repeat(27)}}`],
  ['roles', `roles: {task: ${'r'.repeat(65)}}`],
  ['cluster', `cluster: ${'c'.repeat(256)}`],
])('a name of %s that AWS would refuse is refused', (key, line) => {
  expect(listProblems(`${SHORT}${line}\n`).join('\n')).toContain(key);
});
