import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStoreName, STORE_NAMES, type StoreName } from '../src/stores';
import { tryAlloy } from './alloy';
import { Docker, THIS_MACHINE } from './docker';
import { Folder } from './folder';
import { readOptions, USAGE, type Options } from './options';
import { record } from './recording';
import { isGood, writeReport, type Trial } from './report';
import { Rows } from './rows';
import { EmulatedS3 } from './s3';
import type { Source } from './source';
import { Steps } from './steps';
import { StoreTrial } from './trial';

const ROOT = join(__dirname, '..');
const PROGRAMS = [...STORE_NAMES, 'alloy'] as const;
type Program = (typeof PROGRAMS)[number];

/** What a task definition gives each program beside its S3: one task, and a name that leads nowhere. */
const TASK = {
  TASK_COUNT: '1',
  TASK_IP: '127.0.0.1',
  DOMAIN: 'lgtm.invalid',
};

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Everything that is started, in a folder that is gone afterwards. */
class Verification {
  private readonly workspace = mkdtempSync(join(tmpdir(), 'lgtm-verify-'));
  private readonly s3 = new EmulatedS3(this.workspace, ROOT);
  private source: Source | undefined;

  constructor(private readonly options: Options) {}

  /** Tries all programs side by side. */
  async run(): Promise<Trial[]> {
    await this.s3.start();
    const source = await this.openSource();
    this.source = source;
    return Promise.all(PROGRAMS.map((program) => this.tryProgram(source, program)));
  }

  async close(): Promise<void> {
    await this.source?.close();
    await this.s3.stop();
    rmSync(this.workspace, {
      recursive: true,
      force: true,
    });
  }

  private async openSource(): Promise<Source> {
    const { folder } = this.options;
    const { s3, workspace } = this;
    if (folder !== undefined)
      return new Folder(
        folder,
        {
          ...TASK,
          ...s3.environmentAt(s3.address),
        },
        workspace,
      );
    const port = await s3.openToContainers();
    return new Docker({
      ...TASK,
      ...s3.environmentAt(`${THIS_MACHINE}:${port}`),
    });
  }

  private async tryProgram(source: Source, program: Program): Promise<Trial> {
    const candidate = await source.find(program);
    if (typeof candidate === 'string') {
      const missing = {
        what: 'all',
        verdict: 'not there',
        note: candidate,
      } as const;
      return {
        service: program,
        outcomes: [missing],
      };
    }
    const version = await candidate.version();
    const { patienceMs } = this.options;
    const steps = new Steps(candidate, (text) => say(`${program}: ${text}`), patienceMs);
    if (isStoreName(program)) await this.tryStore(program, version, steps);
    else await tryAlloy(steps);
    return {
      service: program,
      version,
      outcomes: steps.outcomes,
    };
  }

  private async tryStore(name: StoreName, version: string | undefined, steps: Steps): Promise<void> {
    const rows = new Rows(name, version);
    await new StoreTrial(name, steps, rows, this.s3).run();
    const { isRecording, answers } = this.options;
    if (!isRecording) return;
    await steps.take(() => steps.step('recorded', () => Promise.resolve(record(answers, name, version, rows.answers))));
  }
}

/** Holds the real programs against the table of stores. Exits 0 where all that was there held, 1 otherwise. */
export async function main(args: string[]): Promise<void> {
  let options: Options;
  try {
    options = readOptions(args);
  } catch (error) {
    say(`verify: ${wordsOf(error)}\n${USAGE}`);
    process.exit(2);
  }
  const verification = new Verification(options);
  let ending: Promise<never> | undefined;
  // what is being tried when a signal comes fails of it, and must not say how it ends
  const end = (code: number) => {
    ending ??= verification.close().then(() => process.exit(code));
    return ending;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void end(130));
  }
  try {
    const trials = await verification.run();
    process.stdout.write(`${writeReport(trials)}\n`);
    await end(isGood(trials) ? 0 : 1);
  } catch (error) {
    say(`verify: ${wordsOf(error)}`);
    await end(1);
  }
}
