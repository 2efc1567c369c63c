import { basename, resolve } from 'node:path';
import { readWords } from './command-line';
import { interpolate } from './interpolate';
import { readTextFile } from './text-file';

/** What `build:` of a service says. */
export interface Build {
  /** a path of this machine */
  context: string;
  /** its text; absent when it is not in the folder */
  dockerfile?: string | undefined;
  /** the stage that is built, where it is not the last one */
  target?: string | undefined;
  arguments: Record<string, string>;
}

interface Copy {
  /** a stage or an image; absent for the context */
  from?: string;
  sources: string[];
  target: string;
}

interface Stage {
  name: string;
  base: string;
  copies: Copy[];
  entrypoint?: string[];
  command?: string[];
}

/** What an image that is built is made of. */
export interface BuiltImage {
  /** the image that it is from, and those that it copies of */
  images: string[];
  /** from the folder, in their order */
  copies: Copy[];
  entrypoint?: string[] | undefined;
  command?: string[] | undefined;
}

const CONTINUED = /\\[ \t]*\r?\n/g;
const COMMENT_LINE = /^\s*#.*\r?\n?/gm;
const INSTRUCTION = /^\s*(\w+)\s+(.*?)\s*$/;
const ARGUMENT = /^(\w+)(?:=["']?([^"']*))?/;
const FROM = /^(\S+)(?:\s+AS\s+(\S+))?/i;
const OPTION = /^--(\w+)(?:=(\S*))?\s+/;

/** Reads what a Dockerfile makes, its stages followed to the image that they begin with. Source: Dockerfile reference. */
export function readBuild(build: Build): BuiltImage | undefined {
  const stages = new StageReader(build.arguments).read(build.dockerfile ?? '');
  const last = stages.find(({ name }) => name === build.target) ?? stages.at(-1);
  if (!last) return undefined;
  const chain = listChain(last, stages);
  const [first] = chain as [Stage];
  const copies = chain.flatMap((stage) => stage.copies);
  const sources = copies.flatMap(({ from }) => (from === undefined ? [] : findImage(from, stages)));
  return {
    images: [first.base, ...sources],
    copies: copies.filter(({ from }) => from === undefined),
    entrypoint: chain.findLast(({ entrypoint }) => entrypoint)?.entrypoint,
    command: chain.findLast(({ command }) => command)?.command,
  };
}

/** A stage with those that it is from, the first one first. */
function listChain(last: Stage, stages: Stage[]): Stage[] {
  const chain = [last];
  for (;;) {
    const [first] = chain as [Stage];
    const earlier = stages.slice(0, stages.indexOf(first));
    const base = earlier.findLast(({ name }) => name === first.base);
    if (!base) return chain;
    chain.unshift(base);
  }
}

/** The image behind a stage's name or number, or the name itself. */
function findImage(name: string, stages: Stage[]): string {
  const stage = stages.find((candidate) => candidate.name === name) ?? stages[Number(name)];
  return stage ? listChain(stage, stages)[0]!.base : name;
}

class StageReader {
  private readonly stages: Stage[] = [];
  private readonly variables: Map<string, string>;

  constructor(private readonly given: Record<string, string>) {
    this.variables = new Map();
  }

  read(text: string): Stage[] {
    const lines = text.replace(COMMENT_LINE, '').replace(CONTINUED, ' ').split('\n');
    for (const line of lines) {
      const [, instruction = '', rest = ''] = INSTRUCTION.exec(line) ?? [];
      this.take(instruction.toUpperCase(), rest);
    }
    return this.stages;
  }

  private take(instruction: string, rest: string): void {
    const stage = this.stages.at(-1);
    switch (instruction) {
      case 'ARG':
        return this.takeArgument(rest);
      case 'FROM':
        return this.begin(rest);
      case 'COPY':
      case 'ADD':
        stage?.copies.push(this.readCopy(rest));
        return;
      case 'ENTRYPOINT':
        if (stage) stage.entrypoint = readCommand(rest);
        return;
      case 'CMD':
        if (stage) stage.command = readCommand(rest);
    }
  }

  private takeArgument(rest: string): void {
    const [, name = '', byDefault] = ARGUMENT.exec(rest) ?? [];
    const value = this.given[name] ?? byDefault;
    if (value !== undefined) this.variables.set(name, this.replace(value));
  }

  private begin(rest: string): void {
    const { words } = splitOptions(rest);
    const [, base = '', name = String(this.stages.length)] = FROM.exec(words) ?? [];
    this.stages.push({
      name,
      base: this.replace(base),
      copies: [],
    });
  }

  private readCopy(rest: string): Copy {
    const { options, words } = splitOptions(rest);
    const paths = readCommand(this.replace(words));
    const from = options.get('from');
    return {
      sources: paths.slice(0, -1),
      target: paths.at(-1) ?? '',
      ...(from !== undefined && {
        from: this.replace(from),
      }),
    };
  }

  private replace(text: string): string {
    const ignoreMistakes = () => undefined;
    return interpolate(text, (name) => this.variables.get(name), ignoreMistakes);
  }
}

function splitOptions(text: string): { options: Map<string, string>; words: string } {
  const options = new Map<string, string>();
  let words = text;
  for (let match = OPTION.exec(words); match; match = OPTION.exec(words)) {
    const [whole, name = '', value = ''] = match;
    options.set(name, value);
    words = words.slice(whole.length);
  }
  return {
    options,
    words,
  };
}

/** In JSON or as a line. */
function readCommand(text: string): string[] {
  const nowhere = () => ({
    file: '',
    line: 1,
  });
  const words = readWords(readList(text) ?? text, nowhere);
  return words.map(({ value }) => value);
}

function readList(text: string): unknown[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? (list as unknown[]) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The path on this machine of a file that a Dockerfile copies to a path of the image; the last copy counts.
 * @returns undefined also when there is no such file here
 */
export function findCopied(build: Build | undefined, path: string): string | undefined {
  if (!build) return undefined;
  const copies = readBuild(build)?.copies ?? [];
  const candidates = copies.flatMap((copy) => listCandidates(build.context, copy, path));
  return candidates.findLast((candidate) => readTextFile(candidate) !== undefined);
}

/** What of a copy would lie at the path: the file itself, a file of that name in a folder, or one below a folder. */
function listCandidates(context: string, { sources, target }: Copy, path: string): string[] {
  const place = resolve('/', target);
  const inside = path.startsWith(`${place}/`) ? path.slice(place.length + 1) : undefined;
  return sources.flatMap((source) => {
    const here = resolve(context, source.replace(/^\/+/, ''));
    if (place === path) return [here];
    if (inside === undefined) return [];
    const isNamesake = basename(here) === inside;
    return isNamesake ? [resolve(here, inside), here] : [resolve(here, inside)];
  });
}

/** The text of a Dockerfile, which may stand in the Compose file. */
export function readDockerfile(path: string, inline: unknown): string | undefined {
  return typeof inline === 'string' ? inline : readTextFile(path);
}
