import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import { parse, stringify } from 'yaml';
import type { Dump } from '../../lab/emulator';
import type { Lab } from '../../lab/lab';
import { compiled } from '../../lab/tools';
import { until, type Patience } from '../../lab/until';
import { statusQuery, updates, workflowIdOf } from '../../src/contract/messages';
import type { RunKind, Status } from '../../src/contract/status';
import type { Verb, Word } from '../../src/contract/verbs';
import { onceItListens } from '../../src/temporal/listening';
import { OWNER } from '../emulator/clients';

/** The name of the stack in every scenario. */
export const STACK = 'lgtm-prd';

/** What a command has written, and how it ended. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** A command that runs: what it has written so far. */
export interface Running {
  ran: Ran;
  child: ChildProcess;
  ended: Promise<Ran>;
}

/** A build tells Temporal nothing until it is over. */
const BUILD_MS = 10 * 60_000;
/** Each look costs this process and the server a request: at every 50 ms half of what a migration costs. */
const LOOK_MS = 250;

type Keys = Record<string, unknown>;

/** A running lab as an operator has it: the real command line, and the emulator's own ways to look and to break. */
export class Operator {
  constructor(
    readonly lab: Lab,
    readonly client: Client,
    private readonly kind: RunKind = 'migration',
  ) {}

  get handle() {
    return this.client.workflow.getHandle(workflowIdOf(this.kind, STACK));
  }

  /** The same, looking at the deployment of the stack. */
  get deployment(): Operator {
    return new Operator(this.lab, this.client, 'deployment');
  }

  get emulator() {
    return this.lab.emulator;
  }

  /** Clients of the AWS SDK with it act as the account's owner. */
  get asOwner() {
    return {
      endpoint: this.lab.aws,
      region: 'ap-northeast-2',
      credentials: OWNER,
    };
  }

  /** Runs a command to its end. */
  cli(...args: string[]): Promise<Ran> {
    return this.untilEnded(`lgtm-migrate ${args.join(' ')}`, this.run(args));
  }

  /** Starts a migration; it runs when this returns. */
  async start(): Promise<void> {
    const { code, err } = await this.cli('start', '-f', this.lab.plan);
    if (code !== 0) throw new Error(`the start ended with ${code}: ${err}`);
  }

  /** Starts a deployment; it runs when this returns. */
  async deploy(...words: string[]): Promise<void> {
    const { code, err } = await this.cli('deploy', '-f', this.lab.plan, ...words);
    if (code !== 0) throw new Error(`the deployment was not started, ${code}: ${err}`);
  }

  /** Runs a command, with more variables than the lab's. */
  run(args: string[], environment: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(process.execPath, [compiled('client'), ...args], {
      env: {
        ...this.lab.environment,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ran: Ran = {
      code: -1,
      out: '',
      err: '',
    };
    child.stdout.on('data', (chunk) => (ran.out += String(chunk)));
    child.stderr.on('data', (chunk) => (ran.err += String(chunk)));
    const ended = new Promise<Ran>((resolve) => {
      child.once('close', (code) =>
        resolve({
          ...ran,
          code: code ?? -1,
        }),
      );
    });
    return {
      ran,
      child,
      ended,
    };
  }

  status(): Promise<Status> {
    return onceItListens(() => this.handle.query(statusQuery));
  }

  /** Waits until the status is so. @throws when the run ends before, or stalls */
  async until(what: string, is: (status: Status) => boolean): Promise<Status> {
    let seenLength: number | undefined;
    let seen: Status | undefined;
    const look = async () => {
      // a status changes with the history only; nobody asks the worker for the same one twice
      const length = await this.historyLength();
      if (length === undefined || length === seenLength) return undefined;
      seen = await this.status().catch(() => undefined);
      seenLength = seen && length;
      if (!seen || is(seen)) return seen;
      if (seen.outcome) throw new Error(`waited for ${what}, and the run ended: ${JSON.stringify(seen, null, 1)}`);
      return undefined;
    };
    return until(what, look, {
      ...this.patience,
      progress: () => [seenLength, seen],
    });
  }

  /** Waits until it waits for this, and `what` says so. */
  untilWaitsFor(reason: NonNullable<Status['waitingFor']>['for'], what = ''): Promise<Status> {
    const isSo = ({ waitingFor }: Status) => waitingFor?.for === reason && waitingFor.what.includes(what);
    return this.until(`${reason} ${what}`, isSo);
  }

  /** Waits until the watch has looked so often again. */
  async untilLooked(times: number): Promise<void> {
    const looks = () =>
      this.emulator.calls({
        service: 'monitoring',
        action: 'GetMetricData',
      });
    const { length: before } = await looks();
    await until(`${times} looks of the watch`, async () => (await looks()).length >= before + times);
  }

  async say(verb: Verb, reason = 'the test says so'): Promise<void> {
    const word = {
      by: 'test',
      reason,
    };
    const { waitingFor } = verb === 'approve' ? await this.status() : {};
    const question = waitingFor?.question && { question: waitingFor.question.id };
    const args: [Word] = [
      {
        ...word,
        ...question,
      },
    ];
    await onceItListens(() => this.handle.executeUpdate(updates[verb], { args }));
  }

  /** What the workflow returned. */
  async ended(): Promise<Status> {
    const hasEnded = async () => (await this.handle.describe()).status.name !== 'RUNNING';
    await until('the end of the run', hasEnded, {
      ...this.patience,
      progress: () => this.historyLength(),
    });
    return this.handle.result() as Promise<Status>;
  }

  /** Waits for the end of a command. @throws when neither it says nor the run does anything for a minute */
  async untilEnded(what: string, { ran, ended, child }: Running): Promise<Ran> {
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
    await until(what, hasEnded, {
      ...this.patience,
      progress: async () => [ran, await this.historyLength()],
      sooner: ended,
    });
    return ended;
  }

  /** Lays keys over the lab's plan file; of a map only those that are named. */
  async plan(keys: Keys): Promise<void> {
    const found = parse(await readFile(this.lab.plan, 'utf8')) as Record<string, Keys>;
    const laid = Object.entries(keys).map(([key, value]) => [
      key,
      isMap(value)
        ? {
            ...found[key],
            ...value,
          }
        : value,
    ]);
    await writeFile(
      this.lab.plan,
      stringify({
        ...found,
        ...Object.fromEntries(laid),
      }),
    );
  }

  world(): Promise<Dump> {
    return this.emulator.dump();
  }

  private get patience(): Patience {
    return { pauseMs: LOOK_MS, ...(this.lab.buildsImages && { stallMs: BUILD_MS }) };
  }

  /** The events of the newest run; undefined: there is none, or no server answers. */
  private async historyLength(): Promise<number | undefined> {
    return this.handle.describe().then(
      ({ historyLength }) => historyLength,
      () => undefined,
    );
  }
}

function isMap(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
