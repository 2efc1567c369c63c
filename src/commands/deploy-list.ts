import type { Command } from 'commander';
import { addCommand, exitWith, JSON_OPTION, type JsonOption } from './command';
import { EXIT, print } from './output';

export function registerDeployList(parent: Command): void {
  addCommand(parent, {
    usage: 'list [name]',
    description: 'deployments, newest first, and how they meet the plan document',
    example: 'deploy list lgtm-prd',
  })
    .option(...JSON_OPTION)
    .action(exitWith(list));
}

/** As far back as Temporal keeps them. */
async function list(name: string | undefined, { json }: JsonOption): Promise<number> {
  const { withSession } = await import('../temporal/client.js');
  const { listDeployments } = await import('../temporal/deployments.js');
  const { judgeDeployments } = await import('./deploy-figures.js');
  const { describeDeployments } = await import('./results.js');
  const deployments = await withSession((session) => listDeployments(session, name));
  const figures = judgeDeployments(deployments);
  print(
    json,
    {
      deployments,
      figures,
    },
    describeDeployments(deployments, figures),
  );
  return EXIT.done;
}
