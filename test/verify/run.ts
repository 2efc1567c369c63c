import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const ROOT = join(__dirname, '../..');
const SCRIPT = join(ROOT, 'scripts/verify.mjs');
/** A line of the report: mark, program and its version, what, verdict, note. */
const LINE = /^[✔✖–] {2}(\S+)(?: \S+)? +(.+?) {2,}(held|differs|not there) +(.*)$/;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** What a report says of one thing. */
interface Reported {
  program: string;
  what: string;
  verdict: string;
  note: string;
}

/** How a run ended, and what it reported. */
export class Run {
  private readonly reported: Reported[];

  constructor(
    readonly code: number,
    private readonly output: string,
  ) {
    const lines = output.split('\n');
    this.reported = lines.flatMap(readLine);
  }

  /** The last line of its report. */
  get summary(): string {
    const lines = this.output.trimEnd().split('\n');
    return lines.at(-1)!;
  }

  /** What was held against a program, in its order. */
  list(program: string): string[] {
    return this.of(program).map(({ what }) => what);
  }

  /** What came out of that. */
  verdicts(program: string): string[] {
    const verdicts = this.of(program).map(({ verdict }) => verdict);
    return [...new Set(verdicts)];
  }

  /** What did not hold, with its note. */
  complaints(program: string): Record<string, string> {
    const complaints: Record<string, string> = {};
    for (const { what, verdict, note } of this.of(program)) {
      if (verdict !== 'held') complaints[what] = note;
    }
    return complaints;
  }

  private of(program: string): Reported[] {
    return this.reported.filter((each) => each.program === program);
  }
}

function readLine(line: string): Reported[] {
  const match = LINE.exec(line);
  if (!match) return [];
  const [, program, what, verdict, note] = match as unknown as string[];
  const reported = {
    program,
    what,
    verdict,
    note,
  };
  return [reported as Reported];
}

/** Starts what `npm run verify:real` does. */
export function startVerifying(args: string[], environment: NodeJS.ProcessEnv = {}): Child {
  return spawn(process.execPath, [SCRIPT, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      ...environment,
    },
  });
}

/** Runs it to its end. */
export async function verify(args: string[], environment?: NodeJS.ProcessEnv): Promise<Run> {
  const child = startVerifying(args, environment);
  let output = '';
  let said = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  if (output === '') throw new Error(said);
  return new Run(code, output);
}
