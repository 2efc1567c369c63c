import type { Dump } from '../../../lab/emulator';
import { NAME } from '../../scenarios/colleague';
import type { Console } from './console';

/** What somebody does by hand, knowing of no migration. */
export interface Deed {
  do: (console: Console) => Promise<unknown>;
  /** how whatever holds, or is left over, has to call it: its name, its id or what it is to whom */
  called: RegExp;
  /** where it is in the dump: `records.grafana` */
  touches: RegExp;
  /** it stands as it was before the deed, or as the run would have it */
  isHealed?: (world: Dump) => boolean;
}

/** Nobody's address. */
export const THEIRS = '203.0.113.9';
const THEIR_WEIGHT = 33;

const RECORD = {
  called: new RegExp(NAME.replaceAll('.', '\\.')),
  touches: new RegExp(`^records\\.${NAME.replaceAll('.', '\\.')}`),
};

const HOST = {
  called: /\bi-[0-9a-f]+|the host/,
  touches: /^(instances|records\.ec2-instance)/,
};

const hasActive = (entries: Dump['services'] | Dump['clusters'], name: string): boolean =>
  entries[name]?.status === 'ACTIVE';

const has = (kind: string, name: string) => (world: Dump) => name in (world[kind] as Record<string, unknown>);

/** By which `--only` finds them. */
export const DEEDS = {
  'the record edited': {
    ...RECORD,
    do: ({ records }) =>
      records.replace({
        Name: NAME,
        Type: 'A',
        TTL: 30,
        ResourceRecords: [{ Value: THEIRS }],
      }),
  },
  'the record deleted': {
    ...RECORD,
    do: ({ records }) => records.replace(),
  },
  'the weight edited': {
    ...RECORD,
    do: ({ records }) => records.weigh(THEIR_WEIGHT),
  },
  'a target group deleted': {
    do: (console) => console.deleteTargetGroup('grafana'),
    called: /target group of grafana|lgtm-grafana-tg/,
    touches: /^(targetGroups|loadBalancers)\./,
    isHealed: has('targetGroups', 'lgtm-grafana-tg'),
  },
  'a target group deleted that nothing forwards to yet': {
    do: (console) => console.deleteTargetGroup('tempo'),
    called: /target group of tempo|lgtm-tempo-tg/,
    touches: /^(targetGroups|loadBalancers)\./,
    isHealed: has('targetGroups', 'lgtm-tempo-tg'),
  },
  'a rule deleted': {
    do: (console) => console.deleteRules('grafana'),
    called: /grafana\b.*(forward|rule|target group)|(forward|rule|target group).*\bgrafana/,
    touches: /^loadBalancers\./,
    isHealed: ({ loadBalancers }) => JSON.stringify(loadBalancers).includes('targetgroup/lgtm-grafana-tg'),
  },
  'an ECS service deleted': {
    do: (console) => console.deleteService('loki'),
    called: /service loki|loki.*(INACTIVE|DRAINING|deleted)/i,
    touches: /^services\.loki/,
    isHealed: ({ services }) => hasActive(services, 'loki'),
  },
  'the cluster deleted': {
    do: (console) => console.deleteCluster(),
    called: /lgtm-cluster|service \w+ is gone/i,
    touches: /^(clusters|services)\./,
    isHealed: ({ clusters }) => hasActive(clusters, 'lgtm-cluster'),
  },
  'a Cloud Map service deleted': {
    do: (console) => console.deleteRegistry('mimir'),
    called: /Cloud Map service of mimir|mimir.*Cloud Map/,
    touches: /^discovery\./,
    isHealed: has('discovery', 'mimir'),
  },
  'a log group deleted': {
    do: (console) => console.deleteLogGroup('/ecs/lgtm-loki'),
    called: /\/ecs\/lgtm-loki/,
    touches: /^logGroups\./,
    isHealed: has('logGroups', '/ecs/lgtm-loki'),
  },
  'a repository deleted': {
    do: (console) => console.deleteRepository('lgtm-tempo'),
    called: /lgtm-tempo/,
    touches: /^repositories\./,
    isHealed: has('repositories', 'lgtm-tempo'),
  },
  'a secret deleted': {
    do: (console) => console.deleteSecret('lgtm/grafana-secret-key'),
    called: /lgtm\/grafana-secret-key/,
    touches: /^secrets\./,
    isHealed: has('secrets', 'lgtm/grafana-secret-key'),
  },
  'a role deleted': {
    do: (console) => console.deleteRole('lgtmTaskRole'),
    called: /lgtmTaskRole/,
    touches: /^roles\./,
    isHealed: has('roles', 'lgtmTaskRole'),
  },
  'the host stopped': {
    ...HOST,
    do: (console) => console.stopHost(),
    isHealed: runs,
  },
  'the host started': {
    ...HOST,
    do: (console) => console.startHost(),
    isHealed: () => true,
  },
  'the host terminated': {
    ...HOST,
    do: (console) => console.terminateHost(),
  },
} as const satisfies Record<string, Deed>;
export type DeedName = keyof typeof DEEDS;

function runs({ instances }: Dump): boolean {
  return instances.every(({ state }) => state === 'running');
}
