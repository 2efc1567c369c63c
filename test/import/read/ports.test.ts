import { readPorts } from '../../../src/import/read/ports';

const PLACE = {
  file: 'compose.yaml',
  line: 5,
};

test('a number is a port that Docker publishes where it likes', () => {
  const [port] = readPorts(9009, PLACE);
  expect(port).toEqual({
    ...PLACE,
    target: 9009,
    protocol: 'tcp',
  });
});

test('two numbers are the port of the host and that of the container', () => {
  const [port] = readPorts('8080:9009', PLACE);
  expect(port).toMatchObject({
    published: 8080,
    target: 9009,
  });
});

test('an address stands before them, in brackets for IPv6', () => {
  const [port] = readPorts('[::1]:1:2', PLACE);
  expect(port).toMatchObject({
    address: '[::1]',
    published: 1,
    target: 2,
  });
});

test('the long syntax says the same', () => {
  const entry = {
    target: 9095,
    published: '19095',
    host_ip: '10.0.0.1',
  };
  expect(readPorts(entry, PLACE)).toEqual([
    {
      ...PLACE,
      address: '10.0.0.1',
      published: 19095,
      target: 9095,
      protocol: 'tcp',
    },
  ]);
});

test('a range is each of its ports', () => {
  const ports = readPorts('4317-4318:5317-5318/udp', PLACE);
  const [, second] = ports;
  expect(ports).toHaveLength(2);
  expect(second).toMatchObject({
    published: 4318,
    target: 5318,
    protocol: 'udp',
  });
});

test.each(['-4496532013442758', '1-999999999', '70000', { target: '1e9' }])('%j is no port', (entry) => {
  expect(readPorts(entry, PLACE)).toEqual([]);
});
