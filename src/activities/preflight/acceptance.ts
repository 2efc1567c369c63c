import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import { warn } from './finding';
import { SAMENESS } from './sameness';

type Losses = Pick<Plan, 'decommission'> & { data: Pick<Plan['data'], 'accept'> };

/** Names of what is lost when a name moves, and not when a host stops. */
const BY_MOVE = /^(senders\/(own-name|paths-|tls-)|ingest\/)/;

/**
 * The plan's word on losses: what it accepts by name, or would not cause since it keeps the hosts, is a warning. An
 * acceptance of something that is not there is one too: it may be a typing error.
 */
export function applyAcceptance(findings: Finding[], plan: Losses): Finding[] {
  const names = findings.map(({ id }) => id);
  const idle = plan.data.accept.filter((id) => !names.includes(id));
  const open = findings.flatMap(({ level, id }) => (level === 'fail' && id !== undefined ? [id] : []));
  return [
    ...findings.map((finding) => judgeLoss(finding, plan)),
    ...idle.map((id) => warnOfIdleAcceptance(id, [...new Set(open)])),
  ];
}

function judgeLoss(finding: Finding, { data, decommission }: Losses): Finding {
  const { id, level, check, message } = finding;
  if (id === undefined || level !== 'fail') return finding;
  if (data.accept.includes(id)) {
    const fix = 'nothing to do: the plan accepts it';
    return {
      ...finding,
      level: 'warn',
      message: `${message} (accepted by data.accept)`,
      fix,
    };
  }
  // both sides write to one place, whoever stays
  if (decommission.enabled || check === SAMENESS || BY_MOVE.test(id)) return finding;
  return {
    ...finding,
    level: 'warn',
    message: `${message} (the hosts stay: decommission.enabled is false)`,
  };
}

function warnOfIdleAcceptance(id: string, open: string[]): Finding {
  const acceptable = open.join(', ') || 'nothing';
  const message = `data.accept names ${id}, which is nowhere to be found`;
  return warn('data', message, `take it out; what may be accepted is ${acceptable}`);
}
