import { readFixture } from '../folder';

const services = readFixture('overlay');
const mimir = services['mimir']!;

test('an override file counts before the file that it overrides', () => {
  const image = mimir.image?.value;
  expect(image).toBe('grafana/mimir:3.2.1');
});

test('variables of anchors, of a base and of the service itself come together', () => {
  const find = (name: string) => mimir.environment.get(name)?.value;
  expect(find('A')).toBe('own');
  expect(find('B')).toBe('base');
  expect(find('REGION')).toBe('eu-west-1');
});

test('ports of all files are published', () => {
  const targets = mimir.ports.map((port) => port.target);
  expect(targets).toEqual([9009, 7946]);
});

test('what comes by a merge key counts as its own', () => {
  const memory = mimir.memory?.value;
  expect(memory).toBe(0.5);
});
