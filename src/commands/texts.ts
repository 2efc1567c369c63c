import type { DeployInput } from '../contract/deployments';
import type { RunKind, Status } from '../contract/status';
import type { Verb } from '../contract/verbs';
import { nameRecord } from '../plan/names';
import type { Plan } from '../plan/schema';
import type { Complaint } from './output';

// The sentences of the command line. Whatever is wrong is told with its way out.

/** What a new plan says of its ingest. */
export const WHY_INGEST =
  'where senders arrive; lead them there by a name of their own: records: [{ name: …, to: ingest }]';

/** `wrote FILE` */
export function wrote(file: string): string {
  return `wrote ${file}`;
}

function next(words: string): string {
  return `next: ${words}`;
}

export function nextPreflight(file: string): string {
  return next(`lgtm-migrate preflight -f ${file}`);
}

export function nextStart(file: string): string {
  return next(`lgtm-migrate start -f ${file} --watch`);
}

export function nextRegister(file: string): string {
  return next(`aws ecs register-task-definition --cli-input-json file://${file}`);
}

export function nextWatch(kind: RunKind, name: string): string {
  return next(`lgtm-migrate ${commandFor(kind, 'watch')} ${name}`);
}

// init and import

/** @param other what may be done instead of writing over it */
export function fileIsThere(file: string, other: string): Complaint {
  return {
    problem: `${file} is there already`,
    fix: `${other}, or --force`,
  };
}

export function isNoFolder(path: string): Complaint {
  return {
    problem: `${path} is no folder`,
    fix: 'give the one that has mimir/, loki/ and so on in it',
  };
}

export function isInFolder(file: string, folder: string): Complaint {
  return {
    problem: `${file} lies in ${folder}, which import does not change`,
    fix: 'name another place',
  };
}

/** @param problems a line each, with file and line */
export function folderIsUnreadable(folder: string, problems: string): Complaint {
  return {
    problem: `${folder} can't be read whole`,
    fix: `correct what stands here:\n${problems}`,
  };
}

/** @param breaking the names of what would break, none twice */
export function nothingToAccept(id: string, breaking: string[]): Complaint {
  const names = breaking.join(', ');
  return {
    problem: `there is no ${id} to accept`,
    fix: names ? `what would break is ${names}` : 'nothing would break',
  };
}

// images

export function nothingToBuild(planFile: string): Complaint {
  return {
    problem: `${planFile}: images.builder is none, so there is nothing to build`,
    fix: 'set it to docker or buildah',
  };
}

// render

export function unknownDuties(word: string): Complaint {
  return {
    problem: `--duties ${word} is unknown`,
    fix: 'take off (as deployed, while the hosts run) or on (once they have stopped)',
  };
}

export function accountIsUnknown(planFile: string): Complaint {
  return {
    problem: `${planFile}: the account is not known`,
    fix: 'set account in the plan, or give --resolved live or a file that has one',
  };
}

/** @param place where the other account was looked up: the word of `--resolved` */
export function otherAccount(planFile: string, account: string, place: string, found: string): Complaint {
  return {
    problem: `${planFile} is for account ${account}, --resolved ${place} for ${found}`,
    fix: 'use that of the plan',
  };
}

export function oldHostIsUnknown(planFile: string): Complaint {
  return {
    problem: `${planFile}: ingestion.dualWrite is on and where the old stores answer is not known`,
    fix: 'set ingestion.oldHost, or give --resolved live',
  };
}

const RESOLVED_FORM =
  'it must be JSON: {"account": "…", "images": {"<service>": "<uri>@sha256:…"}, "secrets": {"<name>": "<arn>"}}';

export function unreadableResolved(file: string, reason: string): Complaint {
  return {
    problem: `${file} can't be read: ${reason}`,
    fix: RESOLVED_FORM,
  };
}

export function malformedResolved(file: string, problems: string[]): Complaint {
  return {
    problem: `${file}: ${problems.join('; ')}`,
    fix: RESOLVED_FORM,
  };
}

export function namesStrangers(file: string, names: string[]): Complaint {
  return {
    problem: `${file} names ${names.join(', ')}, which the plan does not`,
    fix: 'correct it',
  };
}

// migrations

/** What the Temporal UI shows above a run's history. */
export function titleOf({ name, source, cluster, records, shift }: Plan): { summary: string; details: string } {
  const hosts = source.instances.join(', ');
  const names = records.map(nameRecord).join(', ');
  const weights = shift.weights.join(', ');
  return {
    summary: `LGTM stack ${name}: EC2 → ECS Fargate`,
    details: `${hosts} → cluster ${cluster}; ${names}; weights ${weights} %`,
  };
}

interface StartedRun {
  name: string;
  workflowId: string;
  runId: string;
}

export function started({ name, workflowId, runId }: StartedRun): string {
  return `started ${name} (workflow ${workflowId}, run ${runId})`;
}

/** The refusal of a word to a migration that has ended; of what can't come back it names what is left. */
export function hasEnded(verb: Verb, { kind, name, outcome, endedAt, undo }: Status): Complaint {
  const ended = `${verb} refused: ${name} ended ${outcome} at ${endedAt}`;
  const see = `see lgtm-migrate ${commandFor(kind, 'status')} ${name}`;
  if (!undo.irreversible)
    return {
      problem: ended,
      fix: see,
    };
  return {
    problem: `${ended}, ${undo.irreversible}`,
    fix: `start the hosts again from their backup image; ${see}`,
  };
}

// deployments

export function titleOfDeployment({ plan, services, reason }: DeployInput): { summary: string; details: string } {
  const names = (services ?? Object.keys(plan.services)).join(', ');
  return {
    summary: `LGTM stack ${plan.name}: deployment of ${names}`,
    details: reason ?? 'no reason given',
  };
}

export function unknownServices(file: string, strangers: string[], known: string[]): Complaint {
  return {
    problem: `${file} has no service ${strangers.join(', ')}`,
    fix: `take of ${known.join(', ')}`,
  };
}

export function previousOfWhich(): Complaint {
  return {
    problem: '--previous goes back a revision, and of which service is not said',
    fix: 'name it: --service grafana',
  };
}

export function previousIsPushed(): Complaint {
  return {
    problem: '--previous takes the image of the revision before, --pushed that of the folder',
    fix: 'give one of them',
  };
}

export function nothingIsPushed(file: string): Complaint {
  return {
    problem: `${file}: images.builder is none, so no folder has an image`,
    fix: "leave --pushed out: then ECR's newest is taken, or the plan's tag",
  };
}

export function isNotPushed(file: string, services: string[]): Complaint {
  return {
    problem: `ECR holds no image of the folders of ${services.join(', ')} as they are here`,
    fix: `push them: lgtm-migrate images push -f ${file}`,
  };
}

export function unknownGoal(goal: string, goals: string[]): Complaint {
  return {
    problem: `--for ${goal} is unknown`,
    fix: `take ${goals.join(', ')}`,
  };
}

export function deploymentReached(name: string, goal: string): string {
  return `the deployment of ${name} is ${goal}`;
}

export function endedBefore({ name, outcome, rollback }: Status, goal: string): string {
  const why = rollback ? `: ${rollback.reason}` : '';
  return `the deployment of ${name} ended ${outcome} and is not ${goal}${why}; see lgtm-migrate deploy status ${name}`;
}

export function stillWatching(trouble: string): string {
  return `${trouble}; still watching`;
}

/** @param limit `10m` */
export function silentTooLong(trouble: string, limit: string): string {
  const problem = `${trouble}; nobody answered for ${limit}, and this waits no longer`;
  return `${problem}. The run goes on with the next worker`;
}

/** What one types after the program's name for a word to such a run. */
export function commandFor(kind: RunKind, verb: string): string {
  return kind === 'deployment' ? `deploy ${verb}` : verb;
}

export function stoppedWatching({ kind, name }: { kind: RunKind; name: string }): string {
  const said = `stopped watching; the ${kind} of ${name} goes on`;
  return `${said}. Again: lgtm-migrate ${commandFor(kind, 'watch')} ${name}`;
}

/** @param beside where the new one is */
export function imagesAreKept(path: string, beside: string): string {
  return `kept ${path}, which was edited; the new one is ${beside}`;
}
