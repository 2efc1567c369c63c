import { randomBytes } from 'node:crypto';
import type { Finding, Network } from '../../contract/findings';
import type { GrafanaDatabase } from '../../contract/grafana';
import type { Host } from '../../contract/hosts';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isDenied } from '../failures';
import type { Look } from './finding';
import { findingsOf } from './reading';
import { judgeMovable, judgeShared } from './grafana-database';
import { judgeFileSystem } from './grafana-efs';
import { readGrafanas } from './grafana-hosts';
import { judgeSecretKey } from './grafana-secret-key';
import type { GrafanaHost } from './grafana-settings';
import { judgeOutward } from './grafana-outward';
import { judgeVersion } from './grafana-version';
import { sayUnknownToMove, sayUnknownToShare } from './texts/grafana';

const NONCE_BYTES = 16;

export interface GrafanaFacts extends Look {
  /** what a move copies */
  grafana?: GrafanaDatabase;
}

/**
 * Grafana's database: whether both sides use one (`shared`), or whether the host's SQLite
 * can move (`move`). Reads only; what it compares of the secret key is salted anew at
 * every look, and stays in here.
 */
export async function lookAtGrafana(deps: Deps, plan: Plan, hosts: Host[], network: Network): Promise<GrafanaFacts> {
  if (!plan.services[plan.grafana.service]) return { findings: [] };
  const nonce = randomBytes(NONCE_BYTES);
  let grafanas: GrafanaHost[];
  try {
    grafanas = await readGrafanas(deps, plan, hosts, nonce);
  } catch (error) {
    if (isDenied(error)) return { findings: [] };
    return { findings: [sayUnknown(plan, (error as Error).message)] };
  }
  const [first] = grafanas;
  if (!first) {
    const message = `no Grafana runs in ${plan.source.composeDirectory}`;
    return { findings: [sayUnknown(plan, message)] };
  }
  const outward = judgeOutward(first, network.vpcId);
  if (plan.grafana.database === 'shared') {
    const { findings } = await judgeSharing(deps, plan, first, nonce);
    return { findings: [...findings, ...outward] };
  }
  const fileSystem = await lookAtFileSystem(deps, plan, network);
  const secretKey = await judgeSecretKey(deps, plan, nonce, first.settings);
  const { instanceId, settings } = first;
  const findings = [
    judgeVersion(plan, settings),
    judgeMovable(instanceId, settings, grafanas.length),
    ...fileSystem,
    secretKey,
    ...outward,
  ];
  const { path, found } = settings;
  return path && found
    ? {
        findings,
        grafana: { instanceId, path },
      }
    : { findings };
}

/** Not knowing is a failure where something would be copied, and a warning elsewhere. */
function sayUnknown({ grafana }: Plan, message: string): Finding {
  if (grafana.database === 'move') return sayUnknownToMove(message);
  return sayUnknownToShare(message);
}

async function judgeSharing(
  deps: Deps,
  plan: Plan,
  { instanceId, settings }: GrafanaHost,
  nonce: Buffer,
): Promise<GrafanaFacts> {
  const findings = [judgeVersion(plan, settings), judgeShared(plan, instanceId, settings)];
  // a SQLite goes nowhere by sharing: what its key is does not matter
  if (settings.type === 'sqlite3') return { findings };
  const secretKey = await judgeSecretKey(deps, plan, nonce, settings);
  return { findings: [...findings, secretKey] };
}

/** The file system that a move copies to, where it is one. */
async function lookAtFileSystem(deps: Deps, { grafana: { target } }: Plan, network: Network): Promise<Finding[]> {
  const isFileSystem = target !== undefined && 'efs' in target;
  return isFileSystem ? findingsOf(judgeFileSystem(deps, target.efs, network)) : [];
}
