/** Who is given permissions: whoever only looks, the worker of a migration, whoever builds and pushes images. */
export const PURPOSES = ['preflight', 'worker', 'builder'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Operator → key → value, as IAM writes it. */
export type Condition = Record<string, Record<string, string | string[]>>;

/** What an identity is allowed, and the commands of the SDK that ask for it. */
export interface Need {
  /** by IAM's prefix */
  service: string;
  /** by the SDK's names, without `Command`; none where AWS asks for the actions beside others */
  commands: string[];
  /** without the service */
  actions: string[];
  resources: string[];
  condition?: Condition | undefined;
  purposes: Purpose[];
}

/** What a need is about. */
interface Scope {
  /** default: all, for actions that take none */
  on?: string[];
  where?: Condition;
}

const LOOKING: Purpose[] = ['preflight', 'worker'];
const CHANGING: Purpose[] = ['worker'];
const BUILDING: Purpose[] = ['builder'];

/** Commands that preflight sends too; their actions have the same names. */
export const look = (service: string, commands: string, scope?: Scope): Need =>
  write(service, words(commands), words(commands), LOOKING, scope);

/** Commands that only a run sends; their actions have the same names. */
export const change = (service: string, commands: string, scope?: Scope): Need =>
  write(service, words(commands), words(commands), CHANGING, scope);

/** Commands that whoever builds images sends, and the worker where it builds them. */
export const build = (service: string, commands: string, scope?: Scope): Need =>
  write(service, words(commands), words(commands), BUILDING, scope);

/** Commands that ask for an action of another name. */
export const lookAs = (service: string, commands: string, actions: string, scope?: Scope): Need =>
  write(service, words(commands), words(actions), LOOKING, scope);

/** Actions that AWS asks for beside those of a run's commands. */
export const beside = (service: string, actions: string, scope?: Scope): Need =>
  write(service, [], words(actions), CHANGING, scope);

/** The same of whoever builds images. */
export const besideBuilding = (service: string, actions: string, scope?: Scope): Need =>
  write(service, [], words(actions), BUILDING, scope);

function write(
  service: string,
  commands: string[],
  actions: string[],
  purposes: Purpose[],
  { on = ['*'], where }: Scope = {},
): Need {
  return {
    service,
    commands,
    actions,
    resources: on,
    condition: where,
    purposes,
  };
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
