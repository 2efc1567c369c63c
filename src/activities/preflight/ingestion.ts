import type { Finding } from '../../contract/findings';
import { COLLECTOR } from '../../plan/defaults';
import type { Plan } from '../../plan/schema';
import { STORE_NAMES, storeOf } from '../../stores';
import { pass, warn, type Look } from './finding';
import type { Hosts } from './hosts';

/** A store on the old host, where the collector on ECS writes to it as well. */
interface OldStore {
  name: string;
  port: number;
  /** says otherwise where it is set (dockerfiles/alloy/entrypoint.sh) */
  variable: string;
}

/**
 * Dual write: whether the host publishes what the collector on ECS will write to. A host named in the plan is not
 * looked at.
 */
export function lookAtIngestion({ ingestion, services, network }: Plan, { hosts, published }: Hosts): Look {
  if (!ingestion.dualWrite) return { findings: [] };
  const stores = listOldStores(services[COLLECTOR]?.environment ?? {});
  const address = ingestion.oldHost ?? hosts[0]?.privateIp ?? 'the host';
  const ports = stores.map(({ port }) => port).join(', ');
  const reach = warn(
    'dual write',
    `${COLLECTOR} writes to ${address} as well, on ports ${ports}`,
    `let ${network.taskSecurityGroup} in there in the host's security group`,
  );
  if (ingestion.oldHost) return { findings: [reach] };
  const unpublished = stores.filter(({ port }) => !published.some((entry) => entry.port === port));
  return { findings: [reach, judgePublished(unpublished)] };
}

function listOldStores(environment: Record<string, string>): OldStore[] {
  const stores = STORE_NAMES.map((name) => ({
    name,
    ...storeOf(name).oldHost,
  }));
  return stores.filter(({ variable }) => !environment[variable]);
}

function judgePublished(unpublished: OldStore[]): Finding {
  if (unpublished.length === 0) return pass('dual write', 'the host publishes all of them');
  const ports = unpublished.map(({ name, port }) => `${port} (${name})`).join(', ');
  const variables = unpublished.map(({ variable }) => variable).join(', ');
  return warn(
    'dual write',
    `the host publishes no ${ports}: what is sent there is lost`,
    `publish it, or set ${variables} in services.${COLLECTOR}.environment`,
  );
}
