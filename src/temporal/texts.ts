import type { RunKind } from '../contract/status';
import type { FailingTask } from './failing-task';

// What is said when Temporal can't be reached, or refuses: each names the way out.

export const REFUSED = 'Temporal refuses these credentials; see TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_PROFILE';

export function noServer(address: string): string {
  return (
    `no Temporal server answers at ${address}; ` +
    'start one (docker compose -f docker-compose.temporal.yaml up -d) or set TEMPORAL_ADDRESS'
  );
}

export function unreadableConfig(reason: string): string {
  return (
    `Temporal's configuration can't be read: ${reason}; ` +
    'see TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and TEMPORAL_TLS_*'
  );
}

export function noNamespace(namespace: string): string {
  return (
    `there is no namespace ${namespace}; set TEMPORAL_NAMESPACE, ` +
    `or make it: temporal operator namespace create --namespace ${namespace}`
  );
}

export function noRun(kind: RunKind, name: string): string {
  return `there is no ${kind} ${name}; see them with temporal workflow list`;
}

const START_A_WORKER = 'start one with lgtm-migrate worker (or set TEMPORAL_TASK_QUEUE)';

export function noWorkerPolls(taskQueue: string): string {
  return `no worker polls task queue ${taskQueue}; ${START_A_WORKER}`;
}

export function noBuildWorkerPolls(taskQueue: string): string {
  return (
    `no worker polls task queue ${taskQueue}; ` +
    'start one with lgtm-migrate worker --images on a host that has Docker or Buildah, or set images.builder to none'
  );
}

export function noWorkerAnswers(taskQueue: string, kind: RunKind): string {
  return `no worker answers on task queue ${taskQueue}; ${START_A_WORKER}: the ${kind} stands still and loses nothing`;
}

export function unreadableAnswer(reason: string): string {
  return `what the worker answered can't be read: ${reason}; is there a codec between? see lgtm-migrate --version of both`;
}

/** A run whose workflow task fails at each attempt, and the way out. */
export function standsStill(name: string, namespace: string, task: FailingTask): string {
  const { failures, since, error } = task;
  const times = failures === 1 ? 'once' : `${failures} times`;
  const problem = `${name} stands still, hears nothing and watches nothing: its workflow task has failed ${times} since`;
  return `${problem} ${since}: ${error}; ${findWayOut(namespace, task)}`;
}

function findWayOut(namespace: string, { workflowId, runId, isOtherCode, resetTo, signals }: FailingTask): string {
  const place = `--namespace ${namespace} --workflow-id ${workflowId}`;
  if (isOtherCode) return 'this worker runs other code than the run began with: go on with the image of before';
  if (resetTo === null) return `nothing was begun: temporal workflow terminate ${place}, then start it again`;
  if (signals.length === 0) return 'no signal came since its last good task: go on with a worker of another version';
  const reset = `temporal workflow reset ${place} --run-id ${runId} --event-id ${resetTo} --reapply-exclude Signal`;
  const dropped = signals.map(({ name, by, at }) => `${name} by ${by} at ${at}`).join(', ');
  return (
    `it fails at a signal that came since its last good task; ${reset} --reason poison goes back to that task ` +
    `and drops every signal since: ${dropped}; say the good ones again`
  );
}

const DOING: Record<RunKind, string> = {
  migration: 'migrated',
  deployment: 'deployed',
  recovery: 'recovered',
};
const WATCH: Record<RunKind, string> = {
  migration: 'watch',
  deployment: 'deploy watch',
  recovery: 'watch',
};

export function isRunningAlready(kind: RunKind, name: string, runId: string, since: Date): string {
  const run = `run ${runId} since ${since.toISOString()}`;
  return `${name} is being ${DOING[kind]} already: ${run}; see lgtm-migrate ${WATCH[kind]} ${name}`;
}

const AFTER_CUT: Record<RunKind, string> = {
  migration: 'lgtm-migrate recover -f PLAN says what stands and takes it back',
  deployment: 'what it has changed runs on: see it with lgtm-migrate deploy --dry-run, then deploy again',
  recovery: 'lgtm-migrate recover -f PLAN goes on with it',
};

/** A run that was ended from outside, by a terminate or a timeout. */
interface CutOffRun {
  kind: RunKind;
  name: string;
  runId: string;
  /** the server's word for how it ended */
  state: string;
  closedAt: Date | undefined;
  /** how many were not carried out */
  undos: number;
}

export function wasCutOff({ kind, name, runId, state, closedAt, undos }: CutOffRun): string {
  const since = closedAt?.toISOString() ?? 'a while';
  const problem = `run ${runId} of ${name} is ${state} since ${since}`;
  const loss = `it took nothing back, ${undos} undos are left`;
  return `${problem}: ${loss}; ${AFTER_CUT[kind]}`;
}

export function takesItselfBack(name: string, runId: string, since: Date): string {
  const run = `run ${runId} since ${since.toISOString()}`;
  return `${name} is being migrated: ${run}, which takes itself back: lgtm-migrate abort ${name}`;
}

export function keepsNone(name: string): string {
  return `Temporal keeps no run of ${name} that has done anything`;
}

export function isSpent(runId: string, outcome: string): string {
  return `run ${runId} ended ${outcome}, and its ledger with it`;
}

interface UnansweredRun {
  namespace: string;
  workflowId: string;
  runId: string;
  reason: string;
}

export function ledgerUnanswered({ namespace, workflowId, runId, reason }: UnansweredRun): string {
  const place = `--namespace ${namespace} --workflow-id ${workflowId} --run-id ${runId}`;
  return (
    `the ledger of run ${runId} is not answered, and nothing was changed: ${reason}; then say recover again; ` +
    `where no worker ever can, temporal workflow delete ${place} has the account read instead`
  );
}

export function canNotBeAsked(runId: string, reason: string): string {
  return `the ledger of run ${runId} can't be asked: ${reason}`;
}
