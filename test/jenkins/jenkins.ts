import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { makeFolder } from '../temporary';

const ROOT = join(__dirname, '../..');
const HARNESS = join(__dirname, 'harness');
/** The Groovy that the linter brings along. */
const GROOVY = join(ROOT, 'node_modules/npm-groovy-lint/lib/java/groovy/lib');
/** As set-up found or installed it. */
export const JAVA = join(ROOT, '.tools/bin/java');
/** A small program that ends soon: no second compiler, no threads of a collector. */
export const JAVA_OPTIONS = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
const BRANCH = 'main';
const AUTHOR = ['-c', 'user.name=team', '-c', 'user.email=team@example.com'];

/** What Jenkins holds under the ids of the Jenkinsfile. */
export const CREDENTIALS: Credentials = {
  'lgtm-aws': {
    accessKeyId: 'jenkins',
    secretAccessKey: 'x',
  },
};

/** Variables that Jenkins gives to each build. */
const GLOBALS = { LGTM_DEPLOY_ROLE: 'arn:aws:iam::123456789012:role/lgtm-deploy' };

type Credentials = Record<string, Record<string, string>>;

/** How a build is started. */
export interface BuildRequest {
  /** its text; default: the Jenkinsfile that we ship */
  jenkinsfile?: string;
  parameters?: Record<string, string | boolean>;
  credentials?: Credentials;
  /** who says yes where the build asks; null: nobody */
  approver?: string | null;
  environment?: NodeJS.ProcessEnv;
  /** of the repository */
  branch?: string;
}

interface Outcome {
  result: 'SUCCESS' | 'FAILURE' | 'ABORTED';
  stages: {
    name: string;
    state: 'done' | 'failed' | 'skipped';
  }[];
  /** JENKINSFILE:LINE: why it failed */
  error: string | null;
}

export interface Build extends Outcome {
  console: string;
  /** what was archived: text by path */
  artifacts: Record<string, string>;
}

/** Builds that run: as a process group of their own, as an agent's are. */
export interface RunningBuilds {
  child: ChildProcess;
  /** what they have written so far */
  readConsole(): string;
  ended: Promise<Build[]>;
}

/** Why no Jenkinsfile runs here, or undefined. */
export function findObstacle(): string | undefined {
  return existsSync(JAVA) ? undefined : 'no Java for Groovy; npm run setup says why';
}

/** The file of ours that a team's Jenkins runs. */
export function readShipped(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A Jenkins of the tests: a repository that it checks out, and a folder of programs that its agent has on PATH. */
export class Jenkins {
  private readonly folder = makeFolder();
  readonly repository = join(this.folder, 'repository');
  private readonly programs = join(this.folder, 'bin');
  private count = 0;

  constructor() {
    mkdirSync(this.repository);
    mkdirSync(this.programs);
    this.git('init', '--quiet', '--initial-branch', BRANCH);
  }

  /** A program that the agent finds; `text` begins with its interpreter. */
  installProgram(name: string, text: string): void {
    const file = join(this.programs, name);
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }

  /** Commits a file, and whatever else lies in the repository's folder. */
  commit(path: string, text: string): void {
    writeFileSync(join(this.repository, path), text);
    this.git('add', '--all');
    this.git(...AUTHOR, 'commit', '--quiet', '--allow-empty', '--message', path);
  }

  /** Runs builds one after the other, in one process: a JVM is dear. */
  run(requests: BuildRequest[]): Promise<Build[]> {
    return this.start(requests).ended;
  }

  start(requests: BuildRequest[]): RunningBuilds {
    const builds = requests.map((request) => this.describe(request));
    const [asked, told] = [join(this.folder, 'requests.json'), join(this.folder, 'results.json')];
    writeFileSync(asked, JSON.stringify(builds));
    const jars = readdirSync(GROOVY).filter((name) => /^groovy-(json-)?\d/.test(name));
    const path = [...jars.map((name) => join(GROOVY, name)), HARNESS].join(delimiter);
    const program = ['groovy.ui.GroovyMain', join(HARNESS, 'main.groovy'), asked, told];
    // one file for both streams: lines stay in their order
    const log = join(this.folder, 'console');
    const console = openSync(log, 'w');
    const child = spawn(JAVA, [...JAVA_OPTIONS, '-cp', path, ...program], {
      detached: true,
      stdio: ['ignore', console, console],
    });
    closeSync(console);
    const readConsole = () => readFileSync(log, 'utf8');
    const ended = new Promise<Build[]>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (code !== 0) reject(new Error(`the builds ended with ${code ?? signal}:\n${readConsole()}`));
        else resolve(readBuilds(told, readConsole(), builds));
      });
    });
    return { child, readConsole, ended };
  }

  private describe(request: BuildRequest) {
    this.count += 1;
    const { approver = 'kim', branch = BRANCH, parameters = {}, credentials = CREDENTIALS } = request;
    return {
      jenkinsfile: request.jenkinsfile ?? readShipped('jenkins/Jenkinsfile'),
      workspace: join(this.folder, 'workspace'),
      artifacts: join(this.folder, `artifacts-${this.count}`),
      repository: {
        url: this.repository,
        branch,
      },
      parameters,
      credentials,
      approver,
      environment: {
        ...GLOBALS,
        ...request.environment,
        PATH: [this.programs, process.env['PATH']].join(delimiter),
        BUILD_NUMBER: String(this.count),
        BUILD_TAG: `jenkins-lgtm-deploy-${this.count}`,
      },
    };
  }

  private git(...words: string[]): void {
    execFileSync('git', words, { cwd: this.repository });
  }
}

/** Each build's part of the console begins with a line of the harness. */
function readBuilds(results: string, console: string, builds: { artifacts: string }[]): Build[] {
  const outcomes = JSON.parse(readFileSync(results, 'utf8')) as Outcome[];
  const [, ...consoles] = console.split(/^\[harness\] build \d+$/m);
  return outcomes.map((outcome, index) => ({
    ...outcome,
    console: consoles[index]!,
    artifacts: readFolder(builds[index]!.artifacts),
  }));
}

function readFolder(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(files.map((file) => [relative(folder, file), readFileSync(file, 'utf8')]));
}
