import { readFileSync } from 'node:fs';
import { readCompose } from '../../../src/import/read/compose';
import { listProblems } from '../findings';
import { EXAMPLE, findFixture, writeFolder } from '../folder';

function listNames(root: string): string[] {
  const { services } = readCompose(root);
  return services.map((service) => service.name);
}

test('a file that another one includes is read once, with the variables of the outer project', () => {
  const folder = findFixture('include');
  const { services, files } = readCompose(folder);
  const images = services.map((service) => service.image?.value);
  expect(images).toEqual(['grafana/mimir:3.2.1']);
  expect(files).toEqual([
    'compose.yaml', // which includes
    'mimir/mimir_docker-compose.yaml',
  ]);
});

test('a base of another file is no service of its own', () => {
  const names = listNames(findFixture('overlay'));
  expect(names).toEqual(['mimir']);
});

test('the example has the six and a proxy', () => {
  expect(listNames(EXAMPLE)).toEqual(['mimir', 'loki', 'tempo', 'pyroscope', 'grafana', 'alloy', 'proxy']);
});

test('everything that can not be read is named at once, with file and line, and without values', () => {
  const problems = listProblems(findFixture('unreadable'));
  const fixture = findFixture('unreadable.txt');
  const expected = readFileSync(fixture, 'utf8');
  expect(problems.join('\n')).toBe(expected.trimEnd());
});

test('a service that extends itself is named', () => {
  const service = 'services: { mimir: { extends: { service: mimir } } }';
  const folder = writeFolder({ 'compose.yaml': service });
  const problems = listProblems(folder);
  expect(problems).toEqual(['compose.yaml:1  mimir extends itself']);
});

test('a folder without a Compose file is refused', () => {
  const folder = writeFolder({ 'readme.md': '' });
  const [problem] = listProblems(folder);
  expect(problem).toMatch(/has no Compose file; they are looked for as/);
});
