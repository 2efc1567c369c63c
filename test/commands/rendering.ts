import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { makeFolder } from '../temporary';
import { ROOT, runCli, type Ran } from './command-line';

export const EXAMPLE = join(ROOT, 'examples/lgtm.yaml');
export const SERVICES = ['mimir', 'loki', 'tempo', 'pyroscope', 'grafana', 'alloy'];

export type Keys = Record<string, unknown>;

/** What ECS calls a task definition, as far as tests look into it. */
interface TaskDefinition {
  executionRoleArn: string;
  containerDefinitions: Container[];
}
interface Container {
  image: string;
  environment: { name: string; value: string }[];
  secrets?: { name: string; valueFrom: string }[];
}

/** One `lgtm-migrate render`, in a folder of its own. */
export class Rendering {
  readonly folder = makeFolder();
  private readonly output = join(this.folder, 'out');

  /** Of the example with other keys, and with what is known of the account: an object or a text. */
  async run(keys: Keys, known?: unknown, ...more: string[]): Promise<Ran> {
    const plan = this.writePlan(keys);
    const resolved = known === undefined ? [] : ['--resolved', this.writeResolved(known)];
    return runCli(['render', '-f', plan, '-o', this.output, ...resolved, ...more]);
  }

  get files(): string[] {
    return readdirSync(this.folder);
  }

  definition(family: string): TaskDefinition {
    const file = join(this.output, `${family}.json`);
    return JSON.parse(readFileSync(file, 'utf8')) as TaskDefinition;
  }

  container(family: string): Container {
    const [first] = this.definition(family).containerDefinitions;
    return first!;
  }

  environment(family: string): Record<string, string> {
    const variables = this.container(family).environment;
    const entries = variables.map(({ name, value }) => [name, value]);
    return Object.fromEntries(entries) as Record<string, string>;
  }

  private writePlan(keys: Keys): string {
    const example = parse(readFileSync(EXAMPLE, 'utf8')) as Keys;
    const file = join(this.folder, 'migration.yaml');
    writeFileSync(file, stringify({ ...example, ...keys }));
    return file;
  }

  private writeResolved(known: unknown): string {
    const text = typeof known === 'string' ? known : JSON.stringify(known);
    const file = join(this.folder, 'resolved.json');
    writeFileSync(file, text);
    return file;
  }
}
