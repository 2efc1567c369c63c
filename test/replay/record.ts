import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporalPath } from '../../lab/tools';
import type { PhaseStatus, RunKind, Status } from '../../src/contract/status';
import { withLab, type ScenarioOptions } from '../scenarios/lab';
import type { Operator } from '../scenarios/operator';
import type { Run } from '../workflows/run';
import { runStubbed, STUBBED_NAMES } from './stubbed';

interface Recording extends ScenarioOptions {
  /** what happens between the start and the end of the run */
  run: (operator: Operator) => Promise<unknown>;
  /** absent: the migration's history alone */
  keeps?: RunKind[];
}

const NOTHING = async () => undefined;
const WEEK = {
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};

async function goBackInTheWeek(operator: Operator): Promise<void> {
  await operator.untilWaitsFor('approval', 'point of no return');
  await operator.say('rollback');
}

const abortAt = (weight: number) => async (operator: Operator) => {
  await operator.until(`${weight} %`, (status) => status.weight === weight);
  await operator.say('abort');
};

async function approveThenGoBack(operator: Operator): Promise<void> {
  const { waitingFor } = await operator.untilWaitsFor('approval');
  await operator.handle.signal('approve', {
    by: 'test',
    question: waitingFor!.question!.id,
  });
  await goBackInTheWeek(operator);
}

async function disconnectLate(operator: Operator): Promise<void> {
  const [id] = (await operator.emulator.world()).instanceIds;
  await operator.emulator.post('/host', {
    id,
    connections: [
      {
        peer: '10.0.3.4',
        port: 9009,
        count: 3,
      },
    ],
  });
  await operator.untilWaitsFor('approval', 'still connected');
  await operator.emulator.post('/host', {
    id,
    connections: [],
  });
}

/** A failure before anyone was moved holds; one afterwards holds while the signals are judged. */
async function denyBeforeAndAfter(operator: Operator): Promise<void> {
  await denyOnce(
    operator,
    {
      service: 'route53',
      action: 'ChangeResourceRecordSets',
    },
    () => true,
  );
  await operator.until('100 %', ({ weight }) => weight === 100);
  await denyOnce(
    operator,
    {
      service: 'ssm',
      action: 'SendCommand',
    },
    ({ gate }) => gate.verdict === 'passing',
  );
}

/** A permission is missing until the hold is as it should be; then somebody says retry. */
async function denyOnce(
  operator: Operator,
  rule: {
    service: string;
    action: string;
  },
  isAsWanted: (status: Status) => boolean,
): Promise<void> {
  await operator.emulator.post('/rules', {
    ...rule,
    kind: 'deny',
  });
  await operator.until(
    `a hold without ${rule.action}`,
    (status) => status.waitingFor?.for === 'retry' && isAsWanted(status),
  );
  await operator.emulator.delete('/rules');
  await operator.say('retry');
}

/** A host that does not start holds the way back until somebody says retry. */
async function denyStart(operator: Operator): Promise<void> {
  await operator.untilWaitsFor('approval', 'point of no return');
  await operator.emulator.post('/rules', {
    service: 'ec2',
    action: 'StartInstances',
    kind: 'deny',
  });
  await operator.say('rollback');
  await operator.untilWaitsFor('host');
  await operator.emulator.delete('/rules');
  await operator.say('retry');
}

const breakAt = (weight: number) => (operator: Operator) =>
  operator.emulator.post('/workload', {
    errors: 0.3,
    side: 'ecs',
    whenWeight: weight,
  });

/** What keeps the hosts, so that a deployment follows at once. */
const MOVED = {
  shift: { weights: [100] },
  decommission: { enabled: false },
};

/** A line that Mimir is told: its definition is another one. */
const RENEWED = { services: { mimir: { environment: { LOG_LEVEL: 'warn' } } } };

async function deployMimir({ deployment }: Operator, ...words: string[]): Promise<void> {
  await deployment.plan(RENEWED);
  await deployment.deploy('--service', 'mimir', ...words);
}

async function deployAfterwards(operator: Operator): Promise<void> {
  await operator.ended();
  await deployMimir(operator);
  await operator.deployment.ended();
}

async function deployAndGoBack(operator: Operator): Promise<void> {
  await operator.ended();
  await operator.emulator.post('/workload', { errors: 0.3, side: 'ecs' });
  await deployMimir(operator);
  await operator.deployment.ended();
}

/** Or has been: a status that is there for a moment only may not be seen. */
const isDeploying = ({ phase, state }: PhaseStatus) => phase === 'deploy' && state !== 'pending';

/** The pipeline is tried before the switch. */
async function deployBefore(operator: Operator): Promise<void> {
  await operator.until('the deploy', ({ phases }) => phases.some(isDeploying));
  await operator.say('pause');
  await operator.untilWaitsFor('resume');
  await deployMimir(operator);
  await operator.deployment.ended();
  await operator.say('resume');
}

async function deployInTheWeek(operator: Operator): Promise<void> {
  await operator.untilWaitsFor('approval', 'point of no return');
  await deployMimir(operator, '--during-week');
  await operator.deployment.ended();
  await operator.say('rollback');
}

async function recoverAtHalf(operator: Operator): Promise<void> {
  await operator.until('50 %', ({ weight }) => weight === 50);
  await operator.handle.terminate('the recording needs one that is');
  const { code, err } = await operator.cli('recover', '-f', operator.lab.plan, '--yes');
  if (code !== 0) throw new Error(`the recovery was not started, ${code}: ${err}`);
}

/** Runs of which histories are recorded. Until a first release a change in the order of commands records them anew. */
const RECORDINGS: Record<string, Recording> = {
  completed: { run: NOTHING },
  'breach-at-50': { run: breakAt(50) },
  'abort-in-shift': { run: abortAt(10) },
  'rollback-in-the-week': {
    plan: {
      decommission: {
        approveStop: true,
        approveTerminate: true,
      },
    },
    run: approveThenGoBack,
  },
  'dual-write-and-back': {
    plan: {
      ingestion: { dualWrite: true },
      ...WEEK,
    },
    run: goBackInTheWeek,
  },
  drained: {
    plan: { data: { accept: ['10.0.3.4/9009', 'senders/own-name'] } },
    run: disconnectLate,
  },
  'handed-over-and-back': {
    plan: WEEK,
    run: goBackInTheWeek,
  },
  'held-and-measured': { run: denyBeforeAndAfter },
  'grafana-moved': {
    world: 'sqlite',
    run: NOTHING,
  },
  'deleted-on-the-way-back': {
    plan: { cleanup: 'delete' },
    run: abortAt(50),
  },
  'held-on-the-way-back': {
    plan: WEEK,
    run: denyStart,
  },
  recovered: { run: recoverAtHalf },
  deployed: {
    plan: MOVED,
    run: deployAfterwards,
    keeps: ['deployment'],
  },
  'deployed-and-back': {
    plan: MOVED,
    run: deployAndGoBack,
    keeps: ['deployment'],
  },
  'deployed-before-any-weight': {
    run: deployBefore,
    keeps: ['migration', 'deployment'],
  },
  'deployed-in-the-week': {
    plan: WEEK,
    run: deployInTheWeek,
    keeps: ['migration', 'deployment'],
  },
};

const NAMES = [...Object.keys(RECORDINGS), ...STUBBED_NAMES];

function showHistory(address: string, workflowId: string): Buffer {
  const asked = ['--address', address, '--workflow-id', workflowId, '--output', 'json'];
  return execFileSync(temporalPath(), ['workflow', 'show', ...asked], { maxBuffer: 2 ** 28 });
}

function keepHistory(address: string, workflowId: string, name: string): void {
  const history = showHistory(address, workflowId);
  writeFileSync(join(__dirname, 'histories', `${name}.json.gz`), gzipSync(history, { level: 9 }));
  const { events } = JSON.parse(history.toString()) as { events: unknown[] };
  process.stdout.write(`${name}: ${events.length} events\n`);
}

async function keepStubbed(name: string, { handle }: Run): Promise<void> {
  keepHistory(process.env['DEV_SERVER']!, handle.workflowId, name);
}

async function record(name: string): Promise<void> {
  const recording = RECORDINGS[name];
  if (!recording) throw new Error(`no recording ${name}; take one of ${NAMES.join(', ')}`);
  const { run, keeps = ['migration'], ...options } = recording;
  await withLab(options, async (operator) => {
    await operator.start();
    await run(operator);
    await operator.ended();
    const { lab, deployment } = operator;
    const keep = ({ workflowId }: Operator['handle'], file: string) => keepHistory(lab.temporal, workflowId, file);
    if (keeps.includes('migration')) keep(operator.handle, name);
    if (keeps.includes('deployment')) keep(deployment.handle, `${name}.deployment`);
  });
}

/** @param names absent: all of them */
async function main(names: string[]): Promise<void> {
  const wanted = names.length > 0 ? names : NAMES;
  const stubbed = wanted.filter((name) => STUBBED_NAMES.includes(name));
  for (const name of wanted.filter((each) => !stubbed.includes(each))) await record(name);
  if (stubbed.length > 0) await runStubbed(stubbed, keepStubbed);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
