import type { Finding } from '../../src/contract/findings';
import type { Operator } from './operator';

/** A database outside the host, as a plan names it. */
export const SHARED = {
  GF_DATABASE_TYPE: 'postgres',
  GF_DATABASE_HOST: 'grafana.cluster-c0ffee.ap-northeast-2.rds.amazonaws.com:5432',
  GF_DATABASE_NAME: 'grafana',
  GF_DATABASE_USER: 'grafana',
};
export const SECRETS = { GF_SECURITY_SECRET_KEY: 'lgtm/grafana-secret-key' };
export const SAVED = { saved: true };
export const LOCKED = { saved: false, error: 'database is locked' };

type Side = 'host' | 'ecs';

/** Somebody saves a dashboard. @returns what Grafana answers */
export function edit(operator: Operator, side: Side, title: string, by = 'kim'): Promise<unknown> {
  return operator.emulator.post('/grafana', { side, title, by });
}

export function dashboards(operator: Operator, side: Side): Promise<string[]> {
  return operator.emulator.get(`/grafana?side=${side}`);
}

/** What preflight says of Grafana: `fail grafana/version: … → fix`. */
export async function findingsOf(operator: Operator): Promise<string[]> {
  const { out } = await operator.cli('preflight', '-f', operator.lab.plan, '--json');
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  return findings.filter(({ check }) => check.startsWith('grafana')).map(lineOf);
}

function lineOf({ check, level, message, fix }: Finding): string {
  const line = `${level} ${check}: ${message}`;
  return fix ? `${line} → ${fix}` : line;
}

/** Their levels and names alone. */
export async function checksOf(operator: Operator): Promise<string[]> {
  const lines = await findingsOf(operator);
  return lines.map((line) => line.split(':')[0]!);
}
