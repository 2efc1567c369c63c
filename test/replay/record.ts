import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LabOptions } from '../../lab/parts';
import { temporalPath } from '../../lab/tools';
import type { Status } from '../../src/contract/status';
import { withLab, type Operator } from '../scenarios/lab';

/** Runs of which histories are recorded. Until a first release a change in the order of commands records them anew. */
const SCENARIOS: Record<
  string,
  { world?: LabOptions['world']; plan?: Record<string, unknown>; run: (operator: Operator) => Promise<void> }
> = {
  completed: { run: async () => undefined },
  'breach-at-50': {
    run: async (operator) =>
      void (await operator.emulator('POST', '/workload', { errors: 0.3, side: 'ecs', whenWeight: 50 })),
  },
  'abort-in-shift': {
    run: async (operator) => {
      await operator.until(({ weight }) => weight === 10);
      await operator.say('abort');
    },
  },
  'rollback-in-the-week': {
    plan: { decommission: { approveStop: true, approveTerminate: true } },
    run: async (operator) => {
      await operator.until(({ waitingFor }) => waitingFor?.for === 'approval');
      await operator.handle.signal('approve', { by: 'test' });
      await operator.until(({ waitingFor }) => waitingFor?.what.includes('point of no return') ?? false);
      await operator.say('rollback');
    },
  },
  'dual-write-and-back': {
    plan: { ingestion: { dualWrite: true }, decommission: { approveStop: false, approveTerminate: true } },
    run: async (operator) => {
      await operator.until(({ waitingFor }) => waitingFor?.what.includes('point of no return') ?? false);
      await operator.say('rollback');
    },
  },
  drained: {
    run: async (operator) => {
      const {
        instanceIds: [id],
      } = (await operator.emulator('GET', '/world')) as { instanceIds: string[] };
      await operator.emulator('POST', '/host', { id, connections: [{ peer: '10.0.3.4', port: 9009, count: 3 }] });
      await operator.until(({ waitingFor }) => waitingFor?.what.includes('still connected') ?? false);
      await operator.emulator('POST', '/host', { id, connections: [] });
    },
  },
  // rings proven, drained, handed over, the amount of a late rollback said
  'handed-over-and-back': {
    plan: { decommission: { approveStop: false, approveTerminate: true } },
    run: async (operator) => {
      await operator.until(({ waitingFor }) => waitingFor?.what.includes('point of no return') ?? false);
      await operator.say('rollback');
    },
  },
  // a failure before anyone was moved holds; one afterwards holds while the signals are judged
  'held-and-measured': {
    run: async (operator) => {
      await denied(operator, { service: 'route53', action: 'ChangeResourceRecordSets' }, () => true);
      await operator.until(({ weight }) => weight === 100);
      await denied(operator, { service: 'ssm', action: 'SendCommand' }, ({ gate }) => gate.verdict === 'passing');
    },
  },
  'grafana-moved': { world: 'sqlite', run: async () => undefined },
  // everything that was created is removed again
  'deleted-on-the-way-back': {
    plan: { cleanup: 'delete' },
    run: async (operator) => {
      await operator.until(({ weight }) => weight === 50);
      await operator.say('abort');
    },
  },
  // a host that does not start holds the way back until somebody says retry
  'held-on-the-way-back': {
    plan: { decommission: { approveStop: false, approveTerminate: true } },
    run: async (operator) => {
      await operator.until(({ waitingFor }) => waitingFor?.what.includes('point of no return') ?? false);
      await operator.emulator('POST', '/rules', { service: 'ec2', action: 'StartInstances', kind: 'deny' });
      await operator.say('rollback');
      await operator.until(({ waitingFor }) => waitingFor?.for === 'host');
      await operator.emulator('DELETE', '/rules');
      await operator.say('retry');
    },
  },
};

/** A permission is missing until the hold is as it should be; then somebody says retry. */
async function denied(
  operator: Operator,
  rule: { service: string; action: string },
  held: (status: Status) => boolean,
): Promise<void> {
  await operator.emulator('POST', '/rules', { ...rule, kind: 'deny' });
  await operator.until((status) => status.waitingFor?.for === 'retry' && held(status));
  await operator.emulator('DELETE', '/rules');
  await operator.say('retry');
}

async function record(name: string): Promise<void> {
  const scenario = SCENARIOS[name];
  const file = join(__dirname, 'histories', `${name}.json.gz`);
  if (!scenario) throw new Error(`no scenario ${name}; take one of ${Object.keys(SCENARIOS).join(', ')}`);
  const { run, ...options } = scenario;
  await withLab(options, async (operator) => {
    await operator.cli('start', '-f', operator.lab.plan);
    await run(operator);
    await operator.ended();
    const history = execFileSync(
      temporalPath(),
      [
        'workflow',
        'show',
        '--address',
        operator.lab.temporal,
        '--workflow-id',
        operator.handle.workflowId,
        '--output',
        'json',
      ],
      { maxBuffer: 2 ** 28 },
    );
    writeFileSync(file, gzipSync(history, { level: 9 }));
    process.stdout.write(
      `${name}: ${(JSON.parse(history.toString()) as { events: unknown[] }).events.length} events\n`,
    );
  });
}

/** @param names absent: all of them */
async function main(names: string[]): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(SCENARIOS)) await record(name);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
