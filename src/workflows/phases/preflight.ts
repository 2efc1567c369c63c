import type { Finding, FindingLevel, Survey } from '../../contract/findings';
import { listRanges } from '../../plan/routes';
import { perform } from '../engine/activities';
import { failFor } from '../engine/failures';
import type { Run } from '../engine/run';

/**
 * Phase 1 of the plan document: looks at the account and the hosts, and changes nothing.
 * @throws PreflightFailed with every failure and its fix
 */
export async function preflight({ plan, owner, status, progress, facts }: Run): Promise<Survey> {
  const survey = await perform('runPreflight', 'preflight: read the account, change nothing', {
    plan,
    owner,
  });
  facts.inside = listRanges(survey.network);
  facts.hasEarlierUsers = survey.records.some(({ moved }) => moved);
  const listBy = (wanted: FindingLevel) => survey.findings.filter(({ level }) => level === wanted);
  const [passed, warned, failed] = [listBy('pass'), listBy('warn'), listBy('fail')];
  status.findings = {
    warnings: warned.map(({ message }) => message),
    failures: failed.map(({ message, fix = '' }) => ({
      message,
      fix,
    })),
  };
  const { senders } = survey;
  if (senders && senders.senders.length > 0) {
    status.senders = {
      senders: senders.senders,
      left: senders.left,
    };
  }
  progress.setDetail('preflight', `${passed.length} pass, ${warned.length} warn, ${failed.length} fail`);
  for (const { message, fix } of warned) progress.addEvent(`warning: ${message}; ${fix}`);
  if (failed.length > 0) throw failFor('PreflightFailed', describeFailures(failed));
  return survey;
}

function describeFailures(failed: Finding[]): string {
  const failures = failed.map(({ message, fix }) => `${message} — ${fix}`);
  return `preflight found ${failed.length} failures: ${failures.join('; ')}`;
}
