import { readCompose } from '../../../src/import/read/compose';
import type { Selection } from '../../../src/import/read/project';
import { listFindings, listProblems } from '../findings';
import { writeFolder } from '../folder';

const serviceOf = (name: string, tag: string) => `services: { ${name}: { image: "grafana/${name}:${tag}" } }`;

const TEMPO = serviceOf('tempo', '2.10.8');
const OTHER_TEMPO = serviceOf('tempo', '2.4.0');

function readImages(files: Record<string, string>, selection?: Selection): (string | undefined)[] {
  const { services } = readCompose(writeFolder(files), selection);
  return services.map((service) => service.image?.value);
}

test('of several Compose files beside each other the one counts that docker compose takes', () => {
  const files = {
    'docker-compose-cloud.yml': OTHER_TEMPO,
    'docker-compose.yml': TEMPO,
    'docker-compose.yaml': OTHER_TEMPO,
  };
  expect(readImages(files)).toEqual(['grafana/tempo:2.10.8']);
});

test('an override of any of its names is laid over it', () => {
  const files = { 'docker-compose.yml': OTHER_TEMPO, 'compose.override.yml': TEMPO };
  expect(readImages(files)).toEqual(['grafana/tempo:2.10.8']);
});

test('COMPOSE_FILE of .env names the files, each laid over those before it', () => {
  const files = {
    '.env': 'COMPOSE_FILE=base.yml:prod/more.yml',
    'compose.yaml': serviceOf('loki', '3.7.8'),
    'base.yml': OTHER_TEMPO,
    'prod/more.yml': TEMPO,
  };
  expect(readImages(files)).toEqual(['grafana/tempo:2.10.8']);
});

test.each<[string, Record<string, string>, string[] | undefined]>([
  ['the folder is a project', { 'compose.yaml': TEMPO }, undefined],
  [
    'each component has a file of its own name, or a folder in which Compose finds one',
    {
      'tempo/tempo_docker-compose.yaml': TEMPO,
      'loki/docker-compose.yml': serviceOf('loki', '3.7.8'),
    },
    ['loki', 'tempo/tempo_docker-compose.yaml'],
  ],
  [
    'several files are one project',
    {
      '.env': 'COMPOSE_FILE=base.yml:prod/more.yml',
      'base.yml': OTHER_TEMPO,
      'prod/more.yml': TEMPO,
    },
    ['base.yml:prod/more.yml'],
  ],
])('what a host is told where %s', (_, files, projects) => {
  expect(readCompose(writeFolder(files)).projects).toEqual(projects);
});

test('files that somebody names are read, and no others', () => {
  const files = { 'compose.yaml': TEMPO, 'docker-compose-cloud.yml': OTHER_TEMPO };
  const images = readImages(files, { composeFiles: ['docker-compose-cloud.yml'] });
  expect(images).toEqual(['grafana/tempo:2.4.0']);
});

test('paths of a file that is laid over another start where those of the first do', () => {
  const root = writeFolder({
    'compose.yaml': TEMPO,
    'prod/more.yml': 'services: { tempo: { volumes: ["./t.yaml:/t.yaml"] } }',
  });
  const { services } = readCompose(root, { composeFiles: ['compose.yaml', 'prod/more.yml'] });
  expect(services[0]?.volumes[0]?.source).toBe(`${root}/t.yaml`);
});

test('an env file that somebody names takes the place of .env', () => {
  const files = {
    'compose.yaml': serviceOf('tempo', '${TAG:-none}'),
    '.env': 'TAG=2.4.0',
    'prod.env': 'TAG=2.10.8',
  };
  expect(readImages(files, { envFiles: ['prod.env'] })).toEqual(['grafana/tempo:2.10.8']);
});

describe('a service of a profile', () => {
  const files = {
    'compose.yaml': 'services: { tempo: { image: "grafana/tempo:2.10.8", profiles: [traces] } }',
  };

  test('is not read while the profile is not active, and told', () => {
    expect(readImages(files)).toEqual([]);
    expect(listFindings(writeFolder(files))).toContain('warn host/profile compose.yaml:1');
  });

  test.each([['traces'], ['*']])('is read where the profile %s is active', (profile) => {
    expect(readImages(files, { profiles: [profile] })).toEqual(['grafana/tempo:2.10.8']);
  });

  test('is read where COMPOSE_PROFILES of .env has it', () => {
    expect(readImages({ ...files, '.env': 'COMPOSE_PROFILES=logs,traces' })).toEqual(['grafana/tempo:2.10.8']);
  });
});

test('a Compose file that is not read is told, and what it lacks is no problem', () => {
  const root = writeFolder({
    'docker-compose.yml': TEMPO,
    'agent/compose.yaml': 'services: { alloy: { image: "grafana/alloy:v1.19.2", hostname: "${HOST:?name it}" } }',
  });
  expect(listProblems(root)).toEqual([]);
  expect(listFindings(root)).toContain('warn host/other-compose-file agent/compose.yaml:1');
});

test('where no file is at the top, each component has a project of its own', () => {
  const files = {
    'tempo/tempo_docker-compose.yaml': TEMPO,
    'loki/docker-compose.yml': serviceOf('loki', '3.7.8'),
    'loki/docker-compose-dev.yml': serviceOf('loki', '3.0.0'),
  };
  expect(readImages(files).sort()).toEqual(['grafana/loki:3.7.8', 'grafana/tempo:2.10.8']);
});
