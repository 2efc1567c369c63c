import type { Host } from '../../contract/hosts';
import type { Plan } from '../../plan/schema';
import { findCompose } from '../../plan/compose-place';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { askGrafana } from '../host/grafana';
import { DEFAULT_KEY, ROUNDS, type GrafanaHost, type GrafanaSettings } from './grafana-settings';

const LOOK_TIMEOUT_S = 120;

/** @throws Error whose message names the host that could not be looked at, and why */
export async function readGrafanas(deps: Deps, plan: Plan, hosts: Host[], nonce: Buffer): Promise<GrafanaHost[]> {
  const found: GrafanaHost[] = [];
  const running = hosts.filter(({ state }) => state === 'running');
  for (const { instanceId } of running) {
    const settings = await readSettings(deps, plan, instanceId, nonce);
    if (settings?.there)
      found.push({
        instanceId,
        settings,
      });
  }
  return found;
}

async function readSettings(
  deps: Deps,
  { grafana, source }: Plan,
  instanceId: string,
  nonce: Buffer,
): Promise<GrafanaSettings | undefined> {
  const salt = nonce.toString('hex');
  const task = {
    verb: 'look',
    ...findCompose(source),
    service: grafana.service,
    nonce: salt,
    rounds: ROUNDS,
    defaultKey: DEFAULT_KEY,
  } as const;
  // a purpose of its own: an equal one that still runs would be joined, with another nonce
  const purpose = `grafana: look ${salt.slice(0, 8)}`;
  try {
    return await askGrafana<GrafanaSettings>(deps, instanceId, task, LOOK_TIMEOUT_S, purpose);
  } catch (error) {
    // the look at the hosts has said that SSM does not see it
    if (isAws(error, 'InvalidInstanceId')) return undefined;
    throw new Error(`Grafana on ${instanceId} could not be looked at: ${(error as Error).message}`, { cause: error });
  }
}
