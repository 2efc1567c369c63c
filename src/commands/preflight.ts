import { createActivities } from '../activities';
import { createClients } from '../activities/clients';
import { loadPlan } from './plan-file';
import { workflowIdOf } from '../contract/messages';
import { CommandError, EXIT, print } from './output';

const ICON = { pass: '✔', warn: '!', fail: '✖' } as const;

/** Looks at the account as the workflow's first phase does; needs AWS and no Temporal. */
export async function preflight({ file, json }: { file: string; json?: boolean }): Promise<number> {
  const plan = loadPlan(file);
  const activities = createActivities({ clients: createClients(plan.region), environment: process.env });
  try {
    const { findings } = await activities.runPreflight({
      plan,
      owner: { migration: workflowIdOf(plan.name), run: 'preflight' },
    });
    const count = (level: string) => findings.filter((finding) => finding.level === level).length;
    const lines = findings.flatMap(({ check, level, message, fix }) => [
      `${ICON[level]} ${check.padEnd(16)} ${message}`,
      ...(fix ? [`  ${''.padEnd(16)} → ${fix}`] : []),
    ]);
    const failures = count('fail');
    const end = `${count('pass')} pass, ${count('warn')} warn, ${failures} fail`;
    print(json, { findings }, [
      ...lines,
      end,
      ...(failures === 0 ? [`next: lgtm-migrate start -f ${file} --watch`] : []),
    ]);
    return failures === 0 ? EXIT.done : EXIT.failed;
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error), EXIT.failed, error);
  }
}
