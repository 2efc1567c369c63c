import { HTTP_PORTS, type ComponentName } from '../../plan/components';
import { LGTM_SERVICES } from '../../plan/defaults';
import type { Component } from '../read/inventory';
import type { ConfigurationDocument } from './document';

const URL_WITH_HOST = /(\b[a-z][a-z0-9+.-]*:\/\/)([\w.-]+)(:\d+)?/gi;
const WHY = 'the service has this name on ECS';

/** Compose's name of each service of the six. */
type Neighbours = Map<string, ComponentName>;

export function listNeighbours(components: Component[]): Neighbours {
  const names = components.flatMap(({ name, services }) => services.map((service) => [service.name, name] as const));
  return new Map(names);
}

/**
 * URLs of neighbours with the names that they have on ECS.
 * @param domain as it is written where the text is read
 */
export function moveUrls(text: string, neighbours: Neighbours, domain: string): string {
  return text.replace(URL_WITH_HOST, (url: string, scheme: string, host: string, port = '') => {
    const component = neighbours.get(host);
    return component ? `${scheme}${component}.${domain}${movePort(component, port as string)}` : url;
  });
}

/** HTTP has the plan's port on ECS; any other is the same. */
function movePort(component: ComponentName, port: string): string {
  const isHttp = port === '' || HTTP_PORTS[component].includes(Number(port.slice(1)));
  return isHttp ? `:${LGTM_SERVICES[component].port}` : port;
}

/** Every address of a neighbour in a configuration. */
export function moveNeighbours(document: ConfigurationDocument, neighbours: Neighbours): void {
  for (const { path, node } of document.listTexts()) {
    const moved = moveUrls(node.value, neighbours, '${DOMAIN}');
    if (moved === node.value) continue;
    node.value = moved;
    document.explain(path, WHY);
  }
}
