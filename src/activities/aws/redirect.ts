import { CreateListenerCommand, type Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Owner } from '../../contract/resources';
import type { Deps } from '../clients';
import { tagsOf } from '../owner';
import { listListeners } from './ingest-listener';
import { findLoadBalancer, readOwner } from './load-balancer';

const HTTPS_PORT = 443;
/** Where a browser asks that was told no scheme. */
export const HTTP_PORT = 80;

/** The same host, path and query; a redirect that browsers remember. */
const TO_HTTPS: Action = {
  Type: 'redirect',
  RedirectConfig: {
    Protocol: 'HTTPS',
    Port: '443',
    StatusCode: 'HTTP_301',
  },
};

/** Makes port 80 send to HTTPS, unless something listens there; it goes with its load balancer. */
export async function ensureRedirect(deps: Deps, owner: Owner, loadBalancer: string): Promise<void> {
  const listeners = await listListeners(deps, loadBalancer);
  if (listeners.some(({ Port }) => Port === HTTP_PORT)) return;
  const command = new CreateListenerCommand({
    LoadBalancerArn: loadBalancer,
    Protocol: 'HTTP',
    Port: HTTP_PORT,
    DefaultActions: [TO_HTTPS],
    Tags: tagsOf(owner),
  });
  await deps.clients.elb.send(command);
}

/** At which ports users may come to a load balancer: 80 only where we answer there, what others serve is theirs to show. */
export async function listBalancerPorts(deps: Deps, owner: Owner, name: string): Promise<number[]> {
  const found = await findLoadBalancer(deps, name);
  const isToCome = !found;
  const isOurs = isToCome || (await answersHttp(deps, owner, found.LoadBalancerArn!));
  return isOurs ? [HTTPS_PORT, HTTP_PORT] : [HTTPS_PORT];
}

/** Whether the listener on port 80 is ours, or will be. */
async function answersHttp(deps: Deps, owner: Owner, loadBalancer: string): Promise<boolean> {
  const listeners = await listListeners(deps, loadBalancer);
  const http = listeners.find(({ Port }) => Port === HTTP_PORT);
  return readOwner(deps, http?.ListenerArn ?? loadBalancer, owner);
}
