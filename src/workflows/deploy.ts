import { upsertSearchAttributes } from '@temporalio/workflow';
import type { DeployInput, EndedDeployment, RunningStack } from '../contract/deployments';
import { searchAttributes } from '../contract/messages';
import type { Outcome, Phase, Status } from '../contract/status';
import { conduct } from './conduct';
import { check, listServices } from './deployment/check';
import { MigrationDoor } from './deployment/door';
import { findImages } from './deployment/images';
import { register } from './deployment/register';
import { releaseOf, steady, update, verify } from './deployment/rollout';
import { takeBack } from './deployment/restore';
import type { Target } from './deployment/target';
import { NO_USERS, NOTHING_NEW, tellAsked } from './deployment/texts';
import { passGate } from './engine/gate';
import { attemptPhase } from './engine/phase';
import { Rollback } from './engine/rollback';
import { Run } from './engine/run';
import { parseDeployment } from './input';
import { judgeScans, type Images } from './moves/images';

/** One deployment of a stack that runs on ECS: forward to what the plan says, or back to what ran before. */
export async function deploy(asked?: DeployInput): Promise<Status> {
  const input = await parseDeployment(asked);
  const { plan, by, reason } = input;
  const run = new Run('deployment', plan);
  const door = new MigrationDoor(run);
  run.status.deployment = {
    services: [],
    by,
    reason,
  };
  run.progress.addEvent(tellAsked(by, reason));
  upsertSearchAttributes([
    {
      key: searchAttributes.services,
      value: listServices(input),
    },
  ]);
  let deployed: EndedDeployment['services'] = {};
  const forward = async () => {
    const targets = await followRunbook(run, input, door);
    deployed = listDeployed(targets);
  };
  try {
    return await conduct(run, {
      forward,
      goBack: (why) => goBack(run, door, why),
    });
  } finally {
    upsertSearchAttributes([
      {
        key: searchAttributes.outcome,
        value: run.status.outcome ?? 'failed',
      },
    ]);
    await door.leave(run.status.outcome === 'completed' ? deployed : {});
  }
}

async function followRunbook(run: Run, input: DeployInput, door: MigrationDoor): Promise<Target[]> {
  const stack = await attemptPhase(run, 'check', () => check(run, input, door));
  const images = await attemptPhase(run, 'images', () => prepareImages(run, input, stack));
  const { permit } = door;
  const targets = await attemptPhase(run, 'register', () =>
    register(run, input, stack, {
      images,
      permit,
    }),
  );
  if (targets.length === 0) {
    skipPhases(run, ['update', 'steady', 'verify', 'bake'], NOTHING_NEW);
    return targets;
  }
  await attemptPhase(run, 'update', () => update(run, stack, targets));
  await attemptPhase(run, 'steady', () => steady(run, stack, targets));
  await attemptPhase(run, 'verify', () => verify(run, stack, targets));
  noteSeconds(run);
  if (permit?.moment === 'before') {
    skipPhases(run, ['bake'], NO_USERS);
    return targets;
  }
  const { bake } = run.plan.deploy;
  const release = releaseOf(stack, targets);
  run.watch.judgeAnew(release, 'after the deployment');
  await attemptPhase(run, 'bake', () =>
    passGate(run, {
      what: 'the deployment',
      bake,
    }),
  );
  return targets;
}

/** Those of the services that get another one are judged by ECR's scan. */
async function prepareImages(run: Run, input: DeployInput, { services }: RunningStack): Promise<Images> {
  if (input.previous) {
    run.progress.setDetail('images', 'that of the revision before');
    return {};
  }
  const images = await findImages(run, input);
  const changed = Object.entries(images).filter(([name, image]) => services[name]!.image !== image);
  await judgeScans(run, Object.fromEntries(changed));
  return images;
}

function skipPhases({ progress }: Run, phases: Phase[], reason: string): void {
  for (const phase of phases) progress.skipPhase(phase, reason);
}

/** How long users waited for it: the bake and what follows is not in it. */
function noteSeconds({ status }: Run): void {
  const seconds = Math.round((Date.now() - Date.parse(status.startedAt)) / 1000);
  upsertSearchAttributes([
    {
      key: searchAttributes.seconds,
      value: seconds,
    },
  ]);
}

/** What a migration has to know of each service. */
function listDeployed(targets: Target[]): EndedDeployment['services'] {
  const services = targets.map(({ name, taskDefinition, withoutDuties, count, image }) => {
    const deployed = {
      taskDefinition,
      count,
      image,
    };
    return [
      name,
      withoutDuties === undefined
        ? deployed
        : {
            ...deployed,
            withoutDuties,
          },
    ] as const;
  });
  return Object.fromEntries(services);
}

/** Each service back to what it ran. */
function goBack(run: Run, door: MigrationDoor, reason: string): Promise<Outcome> {
  const rollback = new Rollback(run, (undo, patience) => takeBack(run, door, undo, patience));
  rollback.begin(reason);
  return rollback.takeBack();
}
