import type { ComposeService } from '../../../src/import/read/service';
import { findFixture, readFixture } from '../folder';

const services = readFixture('syntax');
const mimir = services['mimir']!;
const tempo = services['tempo']!;

function listWords({ words }: ComposeService): string[] {
  return words.map((word) => word.value);
}

test('a value is read with the place where it stands', () => {
  expect(mimir.image).toEqual({
    value: 'grafana/mimir:3.2.1',
    file: 'compose.yaml',
    line: 3,
  });
});

test('each port and volume has a line of its own', () => {
  const parts = [...mimir.ports, ...mimir.volumes];
  const lines = parts.map((part) => part.line);
  expect(lines).toEqual([7, 8, 10]);
});

test('entrypoint and command are one list of words', () => {
  expect(listWords(mimir)).toEqual(['/bin/mimir', '-config.file=/etc/mimir/mimir.yaml', '-target=all,ruler']);
});

test('replicas and memory are those of deploy', () => {
  expect(mimir.replicas).toBe(2);
  expect(mimir.memory?.value).toBe(2);
});

test('a health check that is a line is run by a shell', () => {
  expect(mimir.health?.value).toEqual(['CMD-SHELL', 'wget -q http://localhost:9009/ready']);
});

test('a health check that is disabled is none', () => {
  expect(tempo.health).toBeUndefined();
});

test('a Dockerfile is found in its context', () => {
  const path = findFixture('syntax/tempo/own.Dockerfile');
  expect(tempo.dockerfile?.value).toBe(path);
});
