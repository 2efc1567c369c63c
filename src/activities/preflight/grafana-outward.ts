import { isIP } from 'node:net';
import type { Finding } from '../../contract/findings';
import type { Called, GrafanaHost } from './grafana-settings';
import { sayCalled, sayCalledOnHost, sayWatching } from './texts/grafana-outward';

const ON_HOST = /^(localhost|127\.\S*|host\.docker\.internal|172\.17\.\S*)$/;

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

/** A name without a dot is a container's, or the host's own. */
function isOnHost({ host }: Called): boolean {
  return ON_HOST.test(host) || (isIP(host) === 0 && !host.includes('.'));
}
