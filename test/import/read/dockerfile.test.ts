import { listFindings, readFolder } from '../findings';
import { writeFolder } from '../folder';

const CONFIGURATION =
  'storage: { trace: { backend: s3, s3: { bucket: acme-traces, prefix: tempo, region: eu-west-1 } } }';

/** A service with an image of its own. */
const own = (name: string, dockerfile: string[], service: string[] = []) =>
  writeFolder({
    'compose.yaml': ['services:', `  ${name}:`, '    build: ./own', ...service].join('\n'),
    'own/Dockerfile': dockerfile.join('\n'),
    'own/conf/t.yaml': CONFIGURATION,
  });

function describeComponents(root: string): string[] {
  return readFolder(root).components.map(({ name, version }) => `${name} ${version}`);
}

test.each([
  ['a stage of another', ['FROM grafana/tempo:2.10.8 AS base', 'FROM base']],
  ['a program that is copied', ['FROM alpine:3.22', 'COPY --from=grafana/tempo:2.10.8 /tempo /tempo']],
  [
    'a program that is copied of a stage',
    ['FROM grafana/tempo:2.10.8 AS bin', 'FROM alpine:3.22', 'COPY --from=bin /tempo /tempo'],
  ],
  ['an argument with a default', ['ARG TAG=2.10.8', 'FROM grafana/tempo:${TAG}']],
])('an own image is known by %s', (_, dockerfile) => {
  expect(describeComponents(own('traces', dockerfile))).toEqual(['tempo 2.10.8']);
});

test('the stage counts that is built', () => {
  const root = writeFolder({
    'compose.yaml': 'services: { traces: { build: { context: ., target: prod, args: { TAG: "2.10.8" } } } }',
    Dockerfile: ['ARG TAG=2.4.0', 'FROM grafana/tempo:$TAG AS prod', 'FROM alpine:3.22 AS dev'].join('\n'),
  });
  expect(describeComponents(root)).toEqual(['tempo 2.10.8']);
});

test('an image of somebody else is known by the program that it starts', () => {
  const root = writeFolder({
    'compose.yaml': 'services: { traces: { image: "acme.example.com/traces:7", entrypoint: [/tempo] } }',
  });
  expect(readFolder(root).components.map(({ name }) => name)).toEqual(['tempo']);
});

test('a configuration that a Dockerfile copies is found, and the command that names it', () => {
  const root = own('tempo', [
    'FROM grafana/tempo:2.10.8',
    'COPY --chown=10001 \\',
    '  conf/ /etc/tempo/',
    'CMD ["-config.file=/etc/tempo/t.yaml"]',
  ]);
  const [tempo] = readFolder(root).components;
  expect(tempo?.stores[0]?.storages[0]?.bucket).toBe('acme-traces');
  expect(listFindings(root)).not.toContainEqual(expect.stringContaining('tempo/configuration'));
});

test('a command of Compose takes the place of the one of the Dockerfile', () => {
  const root = own(
    'tempo',
    ['FROM grafana/tempo:2.10.8', 'COPY conf/t.yaml /etc/t.yaml', 'CMD ["-config.file=/etc/none.yaml"]'],
    ['    command: -config.file=/etc/t.yaml'],
  );
  const [tempo] = readFolder(root).components;
  expect(tempo?.stores[0]?.settings.yaml?.file).toBe('own/conf/t.yaml');
});
