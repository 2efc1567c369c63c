import { HTTP_PORTS, isComponent, publishedAs, type ComponentName } from '../../plan/components';
import { escaped, quoted } from '../curl';
import { publishedPorts, type Container, type Publisher } from './containers';

const ANYWHERE = /^(0\.0\.0\.0|::|\[::\])$/;
/** Prints the addresses of a container in its networks. */
export const ADDRESSES = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';

/** Which of the six a container is: by its image, else by its service's name. */
export function componentOf({ Image = '', Service }: Pick<Container, 'Image' | 'Service'>): ComponentName | undefined {
  return publishedAs(Image) ?? (isComponent(Service) ? Service : undefined);
}

/**
 * Host and port, as a word of a shell script, at which the host itself reaches a component: its published port, else
 * the container's own address.
 */
export function findAddress(container: Container, component: ComponentName): string {
  const ports = HTTP_PORTS[component];
  const published = publishedPorts(container).filter(({ Protocol }) => Protocol === 'tcp');
  const port = published.find((publisher) => servesOneOf(publisher, ports)) ?? onlyOne(published);
  if (port) return `${reachFromHost(port)}:${port.PublishedPort}`;
  const name = quoted(container.Name ?? container.Service);
  return `$(docker inspect --format '${ADDRESSES}' ${name} | cut -d' ' -f1):${ports[0]}`;
}

function servesOneOf({ TargetPort, PublishedPort }: Publisher, ports: number[]): boolean {
  return ports.includes(TargetPort ?? PublishedPort) || ports.includes(PublishedPort);
}

const onlyOne = (published: Publisher[]): Publisher | undefined => (published.length === 1 ? published[0] : undefined);

/** A published port's address, as the host itself asks it: a part of a word in double quotes. */
export const reachFromHost = ({ URL }: Pick<Publisher, 'URL'>): string =>
  !URL || ANYWHERE.test(URL) ? '127.0.0.1' : escaped(URL);
