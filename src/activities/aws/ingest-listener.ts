import {
  CreateListenerCommand,
  DeleteListenerCommand,
  ModifyListenerAttributesCommand,
  paginateDescribeListeners,
  type Listener,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf } from '../../contract/activities';
import type { Resource } from '../../contract/resources';
import type { IngestPort } from '../../plan/ingest';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { tagsOf } from '../owner';
import { listGroups } from './listener-rule';
import { readOwnership } from './load-balancer';
import { portTaken } from './texts';

type Request = InputOf<'ensureIngestListener'>;

/**
 * As long as a connection may be silent, AWS's longest: afterwards it is forgotten, and what the sender sends next is
 * reset. Source: AWS, "Update the TCP idle timeout for your Network Load Balancer listener".
 */
const IDLE_TIMEOUT = {
  Key: 'tcp.idle_timeout.seconds',
  Value: '6000',
};

/**
 * Finds the listener of a port, or creates it.
 * @throws Conflict where it leads elsewhere, or speaks otherwise
 */
export async function ensureIngestListener(deps: Deps, request: Request): Promise<Resource> {
  const { owner, port } = request;
  const found = await findListener(deps, request);
  if (found) requireSame(request, found);
  const id = found?.ListenerArn ?? (await createListener(deps, request));
  const ownership = found ? await readOwnership(deps, id, owner) : 'created';
  // of a found one too: the attempt that created it may have ended before this
  if (ownership === 'created' && port.protocol === 'tcp') await setIdleTimeout(deps, id);
  return {
    id,
    ownership,
  };
}

/** Deletes the listener if this run created it; none where the load balancer is gone. */
export async function removeIngestListener(deps: Deps, request: InputOf<'removeIngestListener'>): Promise<void> {
  const found = await findListener(deps, request).catch((error: unknown) => {
    if (isAws(error, 'LoadBalancerNotFound')) return undefined;
    throw error;
  });
  if (!found) return;
  const ownership = await readOwnership(deps, found.ListenerArn!, request.owner);
  if (ownership !== 'created') return;
  await deps.clients.elb.send(new DeleteListenerCommand({ ListenerArn: found.ListenerArn }));
}

async function findListener(
  deps: Deps,
  { loadBalancer, port }: InputOf<'removeIngestListener'>,
): Promise<Listener | undefined> {
  const listeners = await listListeners(deps, loadBalancer);
  return listeners.find(({ Port }) => Port === port.port);
}

/** Every listener of a load balancer. */
export async function listListeners({ clients }: Deps, loadBalancer: string): Promise<Listener[]> {
  const found: Listener[] = [];
  const pages = paginateDescribeListeners({ client: clients.elb }, { LoadBalancerArn: loadBalancer });
  for await (const { Listeners = [] } of pages) found.push(...Listeners);
  return found;
}

function requireSame({ port, targetGroup }: Request, { Protocol, DefaultActions }: Listener): void {
  const [group] = listGroups({ Actions: DefaultActions });
  if (Protocol === protocolOf(port) && group === targetGroup) return;
  throw ApplicationFailure.nonRetryable(portTaken(port, Protocol, group), 'Conflict');
}

/** As AWS calls the protocol of a port. */
export const protocolOf = ({ protocol }: Pick<IngestPort, 'protocol'>) => (protocol === 'udp' ? 'UDP' : 'TCP');

async function createListener({ clients }: Deps, request: Request): Promise<string> {
  const { owner, loadBalancer, port, targetGroup } = request;
  const command = new CreateListenerCommand({
    LoadBalancerArn: loadBalancer,
    Protocol: protocolOf(port),
    Port: port.port,
    DefaultActions: [
      {
        Type: 'forward',
        TargetGroupArn: targetGroup,
      },
    ],
    Tags: tagsOf(owner),
  });
  const { Listeners } = await clients.elb.send(command);
  return Listeners![0]!.ListenerArn!;
}

async function setIdleTimeout({ clients }: Deps, arn: string): Promise<void> {
  const command = new ModifyListenerAttributesCommand({
    ListenerArn: arn,
    Attributes: [IDLE_TIMEOUT],
  });
  await clients.elb.send(command);
}
