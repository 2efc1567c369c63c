import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { RunKind } from '../contract/status';
import type { Difference, RecordedRun } from '../worker/replay';
import { addCommand, exitWith, JSON_OPTION, type JsonOption } from './command';
import { EXIT, InputError, print } from './output';

interface Options extends JsonOption {
  deployment?: boolean;
}

export function registerReplay(program: Command): void {
  addCommand(program, {
    usage: 'replay <name|file>',
    description: 'would this version carry a run on? by its name, or a history that was exported',
    example: 'replay lgtm-prd',
  })
    .option('--deployment', 'the deployment of this name, not the migration')
    .option(...JSON_OPTION)
    .action(exitWith(replay));
}

/** Replays a run against the workflows of this package, changing nothing; a difference is a failure. */
async function replay(place: string, { json, deployment }: Options): Promise<number> {
  const { loadWorkflows } = await import('../worker/bundle.js');
  const { replayRun } = await import('../worker/replay.js');
  const { quietLogging } = await import('../worker/logging.js');
  const run = existsSync(place)
    ? readHistoryFile(place)
    : await readNamed(deployment ? 'deployment' : 'migration', place);
  // with what it starts the process ends only by a worker, which the replay brings
  quietLogging();
  const difference = await replayRun(await loadWorkflows(), run);
  const { workflowId, runId, history } = run;
  const result = {
    workflowId,
    runId,
    events: history.events?.length ?? 0,
    difference: difference ?? null,
  };
  print(json, result, await describeResult(result));
  return difference ? EXIT.failed : EXIT.done;
}

/** @param history as `temporal workflow show --output json` and the Temporal UI export it */
function readHistoryFile(file: string): RecordedRun {
  const history = parseHistory(file);
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  if (!started?.workflowId) throw noHistory(file, 'its first event starts no workflow');
  return {
    workflowId: started.workflowId,
    runId: started.originalExecutionRunId ?? '',
    history,
  };
}

function parseHistory(file: string): RecordedRun['history'] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RecordedRun['history'];
  } catch (error) {
    throw noHistory(file, error instanceof Error ? error.message : String(error));
  }
}

const noHistory = (file: string, reason: string): InputError =>
  new InputError({
    problem: `${file} is no history: ${reason}`,
    fix: 'export one with temporal workflow show --workflow-id ID --output json',
  });

async function readNamed(kind: RunKind, name: string): Promise<RecordedRun> {
  const { withSession } = await import('../temporal/client.js');
  const { readRun } = await import('../worker/replay.js');
  const { workflowIdOf } = await import('../contract/messages.js');
  return withSession(({ client }) => readRun(client, workflowIdOf(kind, name)));
}

interface Result {
  workflowId: string;
  runId: string;
  events: number;
  difference: Difference | null;
}

async function describeResult({ workflowId, runId, events, difference }: Result): Promise<string[]> {
  const { describeDifference, goOnWith } = await import('../worker/texts.js');
  if (!difference) return [`${workflowId} (run ${runId}): this version carries it on, ${events} events are the same`];
  return [describeDifference(difference), goOnWith(difference)];
}
