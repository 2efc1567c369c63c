import {
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
  type TargetGroupAttribute,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { IngestGroup, IngestGroupRequest } from '../../contract/ingest';
import type { IngestPort } from '../../plan/ingest';
import type { Deps } from '../clients';
import { tagsOf } from '../owner';
import { readOwnership } from './load-balancer';
import { protocolOf } from './ingest-listener';
import { dimensionOf, findTargetGroup, HEALTH_CHECK } from './target-group';

/** A network load balancer goes on sending to a target for 120 s: its task has to live longer than that. */
const DEREGISTRATION_S = 180;
/** The attribute in which a longer time serves as well. */
export const DELAY = 'deregistration_delay.timeout_seconds';

/** Finds the target group of a port, or creates it. */
export async function ensureIngestGroup(deps: Deps, request: IngestGroupRequest): Promise<IngestGroup> {
  const { owner, name, port } = request;
  const found = await findTargetGroup(deps, name);
  const id = found?.TargetGroupArn ?? (await createGroup(deps, request));
  const ownership = found ? await readOwnership(deps, id, owner) : 'created';
  if (ownership === 'created') await setAttributes(deps, id, request);
  return {
    ...port,
    id,
    ownership,
    dimension: dimensionOf(id),
  };
}

/** Healthy is who says over HTTP that it is ready: a port that takes connections may belong to a store that is not. */
async function createGroup(deps: Deps, { owner, name, vpcId, port, health }: IngestGroupRequest): Promise<string> {
  const command = new CreateTargetGroupCommand({
    Name: name,
    Protocol: protocolOf(port),
    Port: port.targetPort,
    VpcId: vpcId,
    TargetType: 'ip',
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: String(health.port),
    HealthCheckPath: health.path,
    ...HEALTH_CHECK,
    Tags: tagsOf(owner),
  });
  const { TargetGroups } = await deps.clients.elb.send(command);
  return TargetGroups![0]!.TargetGroupArn!;
}

/**
 * How the target group of a port is set. A task that is a client of its own balancer is not answered where clients'
 * addresses are preserved; of datagrams they always are. Source: AWS, "Client IP preservation".
 */
export function listGroupAttributes({ protocol }: Pick<IngestPort, 'protocol'>): TargetGroupAttribute[] {
  const attributes: TargetGroupAttribute[] = [
    {
      Key: DELAY,
      Value: String(DEREGISTRATION_S),
    },
    {
      Key: 'deregistration_delay.connection_termination.enabled',
      Value: 'true',
    },
  ];
  if (protocol === 'tcp') {
    attributes.push({
      Key: 'preserve_client_ip.enabled',
      Value: 'false',
    });
  }
  return attributes;
}

async function setAttributes({ clients }: Deps, arn: string, { port }: IngestGroupRequest): Promise<void> {
  const command = new ModifyTargetGroupAttributesCommand({
    TargetGroupArn: arn,
    Attributes: listGroupAttributes(port),
  });
  await clients.elb.send(command);
}
