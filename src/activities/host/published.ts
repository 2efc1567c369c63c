import { INTERNAL_PORTS } from '../../plan/components';
import type { PublishedPort } from '../../contract/senders';
import { componentOf } from './component';
import { publishedPorts, type Container, type Publisher } from './containers';

const LOOPBACK = /^(127\.|::1$|\[::1\]$|localhost$)/;
const ANY = '0.0.0.0';

/** A container, and the host that it runs on. */
type PlacedContainer = Container & { instanceId: string };

/**
 * What hosts publish to others than themselves. Docker lists a port once for each address that it is bound to.
 */
export function listPublished(containers: PlacedContainer[]): PublishedPort[] {
  const ports = new Map<string, PublishedPort>();
  for (const container of containers) {
    for (const publisher of publishedPorts(container).filter(isForOthers)) {
      const port = describePort(container, publisher);
      const key = `${port.instanceId} ${port.port}/${port.protocol}`;
      const addresses = ports.get(key)?.addresses ?? [];
      ports.set(key, {
        ...port,
        addresses: [...new Set([...addresses, ...port.addresses])],
      });
    }
  }
  return [...ports.values()];
}

const isForOthers = ({ URL = '', TargetPort, PublishedPort }: Publisher): boolean =>
  !LOOPBACK.test(URL) && !INTERNAL_PORTS.includes(TargetPort ?? PublishedPort);

function describePort(container: PlacedContainer, publisher: Publisher): PublishedPort {
  const { URL, TargetPort, PublishedPort, Protocol } = publisher;
  const component = componentOf(container);
  return {
    instanceId: container.instanceId,
    port: PublishedPort,
    protocol: Protocol === 'udp' ? 'udp' : 'tcp',
    addresses: [URL || ANY],
    targetPort: TargetPort ?? PublishedPort,
    service: container.Service,
    ...(component && { component }),
  };
}
