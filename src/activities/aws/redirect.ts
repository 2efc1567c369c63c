import { CreateListenerCommand, type Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Owner } from '../../contract/resources';
import type { Deps } from '../clients';
import { tagsOf } from '../owner';
import { listListeners } from './ingest-listener';

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
