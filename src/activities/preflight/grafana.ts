import { randomBytes } from 'node:crypto';
import type { Finding, Network } from '../../contract/findings';
import type { GrafanaDatabase } from '../../contract/grafana';
import type { Host } from '../../contract/hosts';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import type { Look } from './finding';
import { judgeMovable, judgeShared } from './grafana-database';
import { judgeFileSystem } from './grafana-efs';
import { readGrafanas } from './grafana-hosts';
import { judgeSecretKey } from './grafana-secret-key';
import type { GrafanaHost } from './grafana-settings';
import { judgeVersion } from './grafana-version';
import { sayUnknownToMove, sayUnknownToShare } from './texts/grafana';

const NONCE_BYTES = 16;

export interface GrafanaFacts extends Look {
  /** what a move copies */
  grafana?: GrafanaDatabase;
}

/**
 * Grafana's database: whether both sides use one (`shared`), or whether the host's SQLite can move (`move`).
 * Reads only; what it compares of the secret key is salted anew at every look, and stays in here.
 */
export async function lookAtGrafana(deps: Deps, plan: Plan, hosts: Host[], network: Network): Promise<GrafanaFacts> {
  if (!plan.services[plan.grafana.service]) return { findings: [] };
  const nonce = randomBytes(NONCE_BYTES);
  let grafanas: GrafanaHost[];
  try {
    grafanas = await readGrafanas(deps, plan, hosts, nonce);
  } catch (error) {
    return { findings: [sayUnknown(plan, (error as Error).message)] };
  }
  const [first] = grafanas;
  if (!first) return { findings: [sayUnknown(plan, `no Grafana runs in ${plan.source.composeDirectory}`)] };
  return plan.grafana.database === 'shared'
    ? judgeSharing(deps, plan, first, nonce)
    : judgeMove(deps, plan, first, { nonce, grafanas: grafanas.length, network });
}

/** Not knowing is a warning where nothing is copied, and a failure where something would be. */
function sayUnknown({ grafana }: Plan, message: string): Finding {
  return grafana.database === 'move' ? sayUnknownToMove(message) : sayUnknownToShare(message);
}

async function judgeSharing(deps: Deps, plan: Plan, grafana: GrafanaHost, nonce: Buffer): Promise<GrafanaFacts> {
  const { instanceId, settings } = grafana;
  const findings = [...judgeVersion(plan, settings), ...judgeShared(plan, instanceId, settings)];
  if (settings.type === 'sqlite3') return { findings };
  const keyFindings = await judgeSecretKey(deps, plan, nonce, settings);
  return { findings: [...findings, ...keyFindings] };
}

async function judgeMove(
  deps: Deps,
  plan: Plan,
  { instanceId, settings }: GrafanaHost,
  { nonce, grafanas, network }: { nonce: Buffer; grafanas: number; network: Network },
): Promise<GrafanaFacts> {
  const { target } = plan.grafana;
  const hasFileSystem = target !== undefined && 'efs' in target;
  const fileSystem = hasFileSystem ? await judgeFileSystem(deps, target.efs, network) : [];
  const secretKey = await judgeSecretKey(deps, plan, nonce, settings);
  const findings = [
    ...judgeVersion(plan, settings),
    ...judgeMovable(instanceId, settings, grafanas),
    ...fileSystem,
    ...secretKey,
  ];
  return settings.path && settings.found ? { findings, grafana: { instanceId, path: settings.path } } : { findings };
}
