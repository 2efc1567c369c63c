import { findInFolder, findOnHost, readVolume } from '../../../src/import/read/volumes';

const PLACE = { file: 'mimir/compose.yaml', line: 9 };

function read(entry: unknown) {
  return readVolume(entry, PLACE, '/plan/mimir');
}

test('a path alone is an anonymous volume', () => {
  expect(read('/only/inside')).toEqual({
    ...PLACE,
    type: 'volume',
    target: '/only/inside',
  });
});

test('a name is a volume of Docker', () => {
  expect(read('data:/data')).toEqual({
    ...PLACE,
    type: 'volume',
    source: 'data',
    target: '/data',
  });
});

test('a relative path starts from the folder of its file', () => {
  expect(read('./config:/etc/mimir:ro,z')).toEqual({
    ...PLACE,
    type: 'bind',
    source: '/plan/mimir/config',
    target: '/etc/mimir',
  });
});

test('the long syntax says the same', () => {
  const entry = {
    type: 'bind',
    source: '../up',
    target: '/up',
  };
  expect(read(entry)).toEqual({
    ...PLACE,
    type: 'bind',
    source: '/plan/up',
    target: '/up',
  });
});

describe('a path of a container', () => {
  const volumes = [
    read('./config:/etc/mimir'),
    read('./rules:/etc/mimir/rules'),
    read('data:/data'),
    read('/opt/lgtm/mimir/more:/more'),
  ];

  test.each([
    ['/etc/mimir', '/plan/mimir/config'],
    ['/etc/mimir/a.yaml', '/plan/mimir/config/a.yaml'],
    ['/etc/mimir/rules/a', '/plan/mimir/rules/a'],
    ['/etc/mimirs', undefined],
    ['/data/x', undefined],
  ])('%s is found through the innermost of its mounts', (path, source) => {
    expect(findOnHost(volumes, path)).toBe(source);
  });

  test('is found in the folder when it is mounted by its path on the hosts', () => {
    const path = findInFolder(volumes, '/more/a.yaml', '/plan', '/opt/lgtm');
    expect(path).toBe('/plan/mimir/more/a.yaml');
  });
});
