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
const STATEMENT = /"Effect":"Allow","Action":"[^":]+:([^"]+)","Resource":"([^"]+)"/g;
/** Of these IAM names no resource. */
const READS = /^(Describe|Get|List|Simulate|TestDNS)/;

/** Whoever is told of a missing permission gives it and says retry. */
export class Administrator {
  /** what holds have told */
  private readonly told: string[] = [];
  /** what was refused: a rule that is set again has met nothing yet */
  private readonly refused = new Set<string>();

  async answer(director: Director): Promise<void> {
    const status = await director.status();
    if (!status) return;
    const told = tell(status);
    const rules = await director.emulator.rules();
    for (const rule of rules.filter(wasMet)) this.refused.add(iamNameOf(rule));
    const left = rules.filter((rule) => !this.isNamed(iamNameOf(rule), told));
    if (left.length === rules.length && !isLifted(told, rules)) return;
    await keepRules(director, left);
    if (!isHeld(status)) return;
    this.told.push(told);
    await director.say('retry', nameUndo(status));
  }

  /** A hold must give the statement that allows what was refused: action and resource stand in it. */
  judge(): string[] {
    return this.told.flatMap((told) => {
      const statements = [...told.matchAll(STATEMENT)];
      if (statements.length === 0) return [`names no statement: ${told}`];
      const bare = statements.filter(([, action = '', resource]) => !READS.test(action) && resource === '*');
      return bare.map(([statement]) => `names no resource: ${statement}`);
    });
  }

  /** Actions that were not called, as where a figure is given up whose first question was refused. */
  async listUnrefused({ emulator }: Director): Promise<string[]> {
    const rules = await emulator.rules();
    return rules.filter((rule) => !this.refused.has(iamNameOf(rule))).map(nameAction);
  }

  private isNamed(action: string, told: string): boolean {
    return this.refused.has(action) && told.includes(action);
  }
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
export function nameUndo({ waitingFor }: Pick<Status, 'waitingFor'>): { what?: string } {
  const { held } = waitingFor ?? {};
  return held === undefined ? {} : { what: held };
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
