import { isIPv6 } from 'node:net';
import type { Finding } from '../../contract/findings';
import { isHostsOwn } from './grafana-database';
import type { Called, GrafanaHost } from './grafana-settings';
import { sayCalled, sayCalledOnHost, sayWatching } from './texts/grafana-outward';

/** Whom the host's Grafana calls, and which of its alert rules fire when the host stops. */
export function judgeOutward({ instanceId, settings }: GrafanaHost, vpcId: string): Finding[] {
  const { called, watching, watchingCount } = settings;
  const here = called.filter(isOnHost);
  const elsewhere = called.filter((each) => !isOnHost(each));
  return [
    ...(here.length > 0 ? [sayCalledOnHost(instanceId, here)] : []),
    ...(elsewhere.length > 0 ? [sayCalled(instanceId, elsewhere, vpcId)] : []),
    ...(watchingCount > 0 ? [sayWatching('grafana/watches', instanceId, watching, watchingCount)] : []),
  ];
}

/** An address of IPv6 has no dot either. */
const isOnHost = ({ host }: Called): boolean => !isIPv6(host) && isHostsOwn(host);
