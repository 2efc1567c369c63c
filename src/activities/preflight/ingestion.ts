import { COLLECTOR } from '../../plan/defaults';
import type { Plan } from '../../plan/schema';
import type { Finding } from '../../contract/findings';
import type { Hosts } from './hosts';
import { pass, warn } from './index';

/** Where dockerfiles/alloy/entrypoint.sh writes to on the old host, and the variable that says otherwise. */
const OLD_STORES = [
  ['mimir', 9009, 'OLD_MIMIR_URL'],
  ['loki', 3100, 'OLD_LOKI_URL'],
  ['tempo', 4318, 'OLD_TEMPO_OTLP_URL'],
  ['pyroscope', 4040, 'OLD_PYROSCOPE_URL'],
] as const;

/** Dual write: whether the host publishes what the collector on ECS will write to. A host named in the plan is not looked at. */
export function ingestionFindings({ ingestion, services, network }: Plan, { hosts, published }: Hosts): Finding[] {
  if (!ingestion.dualWrite) return [];
  const set = services[COLLECTOR]?.environment ?? {};
  const stores = OLD_STORES.filter(([, , variable]) => !set[variable]);
  const address = ingestion.oldHost ?? hosts[0]?.privateIp ?? 'the host';
  const reach = warn(
    'dual write',
    `${COLLECTOR} writes to ${address} as well, on ports ${stores.map(([, port]) => port).join(', ')}`,
    `let ${network.taskSecurityGroup} in there in the host's security group`,
  );
  if (ingestion.oldHost) return [reach];
  const silent = stores.filter(([, port]) => !published.some((entry) => entry.port === port));
  return [
    reach,
    silent.length === 0
      ? pass('dual write', 'the host publishes all of them')
      : warn(
          'dual write',
          `the host publishes no ${silent.map(([store, port]) => `${port} (${store})`).join(', ')}: what is sent there is lost`,
          `publish it, or set ${silent.map(([, , variable]) => variable).join(', ')} in services.${COLLECTOR}.environment`,
        ),
  ];
}
