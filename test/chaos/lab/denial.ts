import type { MetRule } from '../../../lab/emulator';
import type { Status } from '../../../src/contract/status';
import type { Director } from './director';
import { nameAction } from './moment';

/** IAM's names where calls are signed for another service, or S3's paths name no action. */
const IAM_NAMES: Record<string, string> = {
  'monitoring:GetMetricData': 'cloudwatch:GetMetricData',
  'monitoring:DescribeAlarms': 'cloudwatch:DescribeAlarms',
  's3:GetBucketList-Type': 's3:ListBucket',
  's3:HeadBucket': 's3:ListBucket',
};
const STATEMENT = /"Effect":"Allow","Action":"[^"]+","Resource":"[^"]+"/;

/** Whoever is told of a missing permission gives it and says retry. @param seen what holds told, added to */
export async function liftDenials(director: Director, seen: string[]): Promise<void> {
  const status = await director.status();
  if (!status) return;
  const told = tell(status);
  const rules = await director.emulator.rules();
  const named = rules.filter((rule) => wasMet(rule) && told.includes(iamNameOf(rule)));
  if (named.length === 0 && !isLifted(told, rules)) return;
  const left = rules.filter((rule) => !named.includes(rule));
  await keepRules(director, left);
  if (!isHeld(status)) return;
  seen.push(told);
  await director.say('retry', nameUndo(status));
}

/** A hold must give the statement that allows what was refused: action and resource stand in it. */
export function judgeHolds(seen: string[]): string[] {
  return seen.filter((told) => !STATEMENT.test(told)).map((told) => `names no statement: ${told}`);
}

/** Undos that were refused the same wait side by side, each for its own word. */
function isLifted(told: string, rules: MetRule[]): boolean {
  const [, action] = /"Action":"([^"]+)"/.exec(told) ?? [];
  return action !== undefined && !rules.some((rule) => iamNameOf(rule) === action);
}

const isHeld = ({ waitingFor }: Status): boolean => waitingFor?.for === 'retry' || waitingFor?.for === 'host';

/** Why it stands still; a gate that holds says it of its signals. */
const tell = (status: Status): string => (isHeld(status) ? status.waitingFor?.reason : status.gate.reason) ?? '';

const wasMet = ({ met }: MetRule): boolean => Object.keys(met).length > 0;

const iamNameOf = (rule: MetRule): string => IAM_NAMES[nameAction(rule)] ?? nameAction(rule);

/** Of several undos that wait each takes its own word. */
function nameUndo({ waitingFor }: Status): { what?: string } {
  const [, what] = /could not (.+?)(, beside: |$)/.exec(waitingFor?.what ?? '') ?? [];
  return what === undefined ? {} : { what };
}

async function keepRules({ emulator }: Director, rules: MetRule[]): Promise<void> {
  await emulator.delete('/rules');
  for (const { service, action, kind } of rules) {
    await emulator.post('/rules', {
      service,
      action,
      kind,
      unseen: true,
    });
  }
}
