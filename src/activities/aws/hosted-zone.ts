import { GetHostedZoneCommand } from '@aws-sdk/client-route-53';
import type { Deps } from '../clients';
import { normaliseName } from './record-set';

/** A hosted zone as Route 53 has it. */
export interface HostedZone {
  id: string;
  name: string;
  isPrivate: boolean;
  /** VPCs whose resolvers ask it; none of a public one */
  vpcs: string[];
  /** name servers of its delegation set; none of a private one */
  servers: string[];
}

/** @throws NoSuchHostedZone */
export async function describeHostedZone(deps: Deps, id: string): Promise<HostedZone> {
  const command = new GetHostedZoneCommand({
    Id: id,
  });
  const { HostedZone: zone, VPCs = [], DelegationSet } = await deps.clients.route53.send(command);
  return {
    id,
    name: normaliseName(zone!.Name!),
    isPrivate: zone!.Config?.PrivateZone === true,
    vpcs: VPCs.map(({ VPCId }) => VPCId!),
    servers: (DelegationSet?.NameServers ?? []).map(normaliseName),
  };
}
