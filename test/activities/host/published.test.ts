import type { Publisher } from '../../../src/activities/host/containers';
import { listPublished } from '../../../src/activities/host/published';

const publish = (PublishedPort: number, keys: Partial<Publisher> = {}): Publisher => ({
  URL: '0.0.0.0',
  TargetPort: PublishedPort,
  PublishedPort,
  Protocol: 'tcp',
  ...keys,
});

/** What is published of a service's container with these ports. */
function list(Service: string, ...Publishers: Publisher[]) {
  return listPublished([
    {
      instanceId: 'i-1',
      Service,
      State: 'running',
      Publishers,
    },
  ]);
}

test('a port is told with its protocol, where it is bound, and what answers there', () => {
  const ports = list(
    'mimir',
    publish(19009, { TargetPort: 9009 }),
    publish(19009, {
      TargetPort: 9009,
      URL: '::',
    }),
  );
  expect(ports).toEqual([
    {
      instanceId: 'i-1',
      port: 19009,
      protocol: 'tcp',
      addresses: ['0.0.0.0', '::'],
      targetPort: 9009,
      service: 'mimir',
      component: 'mimir',
    },
  ]);
});

test('UDP and TCP of one number are two ports', () => {
  const ports = list('alloy', publish(1514), publish(1514, { Protocol: 'udp' }));
  expect(ports.map(({ protocol }) => protocol)).toEqual(['tcp', 'udp']);
});

test('what only the stack itself, or only the host, reaches is not published to others', () => {
  const ports = list(
    'loki',
    publish(7946),
    publish(7946, { Protocol: 'udp' }),
    publish(9095),
    publish(19096, { TargetPort: 9096 }),
    publish(3100, { URL: '127.0.0.1' }),
    publish(3101, { URL: '::1' }),
    publish(0, { TargetPort: 9096 }),
  );
  expect(ports).toEqual([]);
});

test('a container that is none of the six has no component', () => {
  const [port] = list('proxy', publish(443));
  expect(port).not.toHaveProperty('component');
});
