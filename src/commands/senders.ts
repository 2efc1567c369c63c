import type { Command } from 'commander';
import { addCommand, exitWith, FILE_OPTION, JSON_OPTION, type PlanFileOptions } from './command';
import { EXIT, print } from './output';

export function registerSenders(program: Command): void {
  addCommand(program, {
    usage: 'senders',
    description: 'say who sends to the hosts, how each will move, and what to change; changes nothing',
    example: 'senders -f migration.yaml',
  })
    .option(...FILE_OPTION)
    .option(...JSON_OPTION)
    .action(exitWith(listSenders));
}

/** Looks at the hosts' ports as preflight does, and tells of each sender; needs AWS and no Temporal. */
async function listSenders({ file, json }: PlanFileOptions): Promise<number> {
  const { askSenders } = await import('../activities/preflight/senders.js');
  const { applyAcceptance } = await import('../activities/preflight/acceptance.js');
  const { depsIn, lookingOwner } = await import('./account.js');
  const { loadPlan } = await import('./plan-file.js');
  const { describeSenders } = await import('./sender-lines.js');
  const plan = loadPlan(file);
  const { survey, findings, beside } = await askSenders(depsIn(plan.region), plan, lookingOwner(plan, 'senders'));
  const { accept } = plan.data;
  const told = applyAcceptance(beside, plan);
  const lines = describeSenders(survey, {
    accept,
    beside: told,
    width: process.stdout.columns,
    file,
  });
  const answer = {
    ...survey,
    findings: told,
  };
  print(json, answer, lines);
  const judged = applyAcceptance(findings, plan);
  return judged.some(({ level }) => level === 'fail') ? EXIT.failed : EXIT.done;
}
