import type { Command } from 'commander';
import type { DeployInput } from '../contract/deployments';
import type { Verb } from '../contract/verbs';
import type { Plan } from '../plan/schema';
import type { Session } from '../temporal/client';
import type { RunName } from '../temporal/run';
import { addCommand, exitWith, FILE_OPTION, JSON_OPTION, type JsonOption } from './command';
import { findUserName, registerWord } from './control';
import { registerDeployList } from './deploy-list';
import type { DeployOptions } from './deploy-options';
import { registerDeployWait } from './deploy-wait';
import { CommandError, EXIT, InputError, print, sentenceOf } from './output';
import { showStatus } from './status';
import * as texts from './texts';
import { watch } from './watch';

/** What an operator can say to a deployment; one that fails goes back and waits for no retry. */
const WORDS: Verb[] = ['approve', 'abort', 'pause', 'resume', 'promote', 'retry'];

export function registerDeploy(program: Command): void {
  const command = addCommand(program, {
    usage: 'deploy',
    description: 'deploy what changed to a stack that runs on ECS',
    example: 'deploy -f migration.yaml --service grafana --watch',
  });
  command
    // a word after status is status's
    .enablePositionalOptions()
    .option(...FILE_OPTION)
    .option('--service <names...>', 'these services only; default: all of the plan')
    .option('--pushed', 'the images that ECR holds of the folders as they are here; nothing is built')
    .option('--previous', 'to the revision before the one that runs; needs --service')
    .option('--during-week', 'also in the week before a migration terminates its hosts')
    .option('--dry-run', 'print what would change, container by container, and change nothing')
    .option('--watch', 'and watch it to its end')
    .option('--by <who>', 'default: the user name')
    .option('--reason <text>', 'why, for the record')
    .option(...JSON_OPTION)
    .action(exitWith(deploy));
  registerDeployWait(command);
  registerLook(command, 'status', 'where a deployment stands, or how it has ended', showStatus);
  registerLook(command, 'watch', 'watch a deployment to its end', watch);
  registerDeployList(command);
  for (const verb of WORDS) registerWord(command, verb, 'deployment', `deploy ${verb} lgtm-prd`);
}

function registerLook(
  parent: Command,
  verb: string,
  description: string,
  look: (run: RunName, options: JsonOption) => Promise<number>,
): void {
  addCommand(parent, {
    usage: `${verb} <name>`,
    description,
    example: `deploy ${verb} lgtm-prd`,
  })
    .option(...JSON_OPTION)
    .action(
      exitWith((name: string, options: JsonOption) =>
        look(
          {
            kind: 'deployment',
            name,
          },
          options,
        ),
      ),
    );
}

/** Starts a deployment; one stack has one at a time. */
async function deploy(options: DeployOptions): Promise<number> {
  const { loadPlan, requireServices } = await import('./plan-file.js');
  const plan = loadPlan(options.file);
  requireServices(plan, options.file, options.service ?? []);
  requireSense(plan, options);
  if (options.dryRun) return preview(plan, options);
  const input = await inputOf(plan, options);
  const { withSession } = await import('../temporal/client.js');
  return withSession((session) => start(session, input, options));
}

/** @throws InputError for what no deployment can be */
function requireSense({ images }: Plan, { file, service = [], previous, pushed }: DeployOptions): void {
  if (previous && service.length === 0) throw new InputError(texts.previousOfWhich());
  if (previous && pushed) throw new InputError(texts.previousIsPushed());
  if (pushed && images.builder === 'none') throw new InputError(texts.nothingIsPushed(file));
}

async function preview(plan: Plan, options: DeployOptions): Promise<number> {
  const { previewDeployment } = await import('./deploy-preview.js');
  const { describePreview } = await import('./results.js');
  const services = await previewDeployment(plan, options);
  print(
    options.json,
    {
      name: plan.name,
      services,
    },
    describePreview(services),
  );
  return EXIT.done;
}

async function inputOf(plan: Plan, options: DeployOptions): Promise<DeployInput> {
  const { service, pushed, previous, duringWeek, by = findUserName(), reason } = options;
  return {
    plan,
    by,
    ...(service ? { services: [...new Set(service)] } : {}),
    ...(pushed ? { images: await findPushed(plan, options) } : {}),
    ...(previous ? { previous } : {}),
    ...(duringWeek ? { duringWeek } : {}),
    ...(reason ? { reason } : {}),
  };
}

/** By service; all of them are in ECR. @throws CommandError naming those that are not */
async function findPushed(
  plan: Plan,
  { file, service = Object.keys(plan.services) }: DeployOptions,
): Promise<Record<string, string>> {
  const { depsIn } = await import('./account.js');
  const { resolvePlan } = await import('../activities/aws/resolved.js');
  const { images } = await resolvePlan(depsIn(plan.region), plan);
  const missing = service.filter((name) => !images[name]);
  if (missing.length > 0) throw new CommandError(sentenceOf(texts.isNotPushed(file, missing)));
  return Object.fromEntries(service.map((name) => [name, images[name]!]));
}

async function start(session: Session, input: DeployInput, { watch: watches, json = false }: DeployOptions) {
  const { requireBuildWorker, requireWorker } = await import('../temporal/task-queue.js');
  const { readRefusal, startRun } = await import('../temporal/run.js');
  const { plan, images, previous } = input;
  const { name } = plan;
  await requireWorker(session);
  const builds = plan.images.builder !== 'none' && !images && !previous;
  if (builds) await requireBuildWorker(session);
  const refusal = await readRefusal(session, name, input.duringWeek ?? false);
  if (refusal) throw new CommandError(refusal);
  const run = {
    name,
    ...(await startRun(session, 'deployment', input, texts.titleOfDeployment(input))),
  };
  if (!watches) {
    print(json, run, [texts.started(run), texts.nextWatch('deployment', name)]);
    return EXIT.done;
  }
  process.stderr.write(`${texts.started(run)}\n`);
  const { followRun } = await import('./follow.js');
  return followRun(
    session,
    {
      kind: 'deployment',
      name,
      runId: run.runId,
    },
    {
      json,
      isNew: true,
    },
  );
}
