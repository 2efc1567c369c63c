import type { Finding } from '../../contract/findings';
import { GRAFANA_PIN } from '../../plan/defaults';
import type { Plan } from '../../plan/schema';
import type { GrafanaSettings } from './grafana-settings';
import { sayVersionDiffers, sayVersionSame, sayVersionToComeUnknown, sayVersionUnknown } from './texts/grafana';

/** Another version changes the schema of the database, and so takes the way back away. */
export function judgeVersion(plan: Plan, { version }: GrafanaSettings): Finding {
  const { service } = plan.grafana;
  const planned = plan.services[service]!.version;
  const wanted = planned ?? GRAFANA_PIN;
  if (!version) return sayVersionUnknown();
  if (coreOf(version) === coreOf(wanted)) return sayVersionSame(wanted);
  // somebody else's image may be of another version than our Dockerfile's
  const isImageOurs = plan.images.builder !== 'none';
  if (planned === undefined && !isImageOurs) {
    return sayVersionToComeUnknown(service, version);
  }
  return sayVersionDiffers(plan, version, wanted);
}

/** `13.2.3+security-01` and `13.2.3-security-01` have the schema of 13.2.3. */
function coreOf(version: string): string {
  const [core] = /^v?[\d.]+/.exec(version) ?? [version];
  return core.replace(/^v/, '');
}
