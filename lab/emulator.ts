/** What GET /_emulator/world tells of an emulated account. */
export interface World {
  instanceIds: string[];
  composeDirectory: string;
  domain: string;
  hostedZoneId: string;
  certificateArn: string;
  bucket: string;
  vpcId: string;
  /** by name: `private-a` */
  subnets: Record<string, string>;
  /** names of users */
  records: string[];
  /** the host's Elastic IP */
  eip: string;
  /** of a Grafana whose database is outside the host */
  grafanaDatabase?: Record<string, string>;
  /** EFS for one that keeps SQLite on the host */
  fileSystem?: string;
}

/** Which account it is: emulator/README.md says what each holds. */
export interface WorldChoice {
  world: 'ready' | 'adopted' | 'bare' | 'filesystem' | 'sqlite';
  /** how the moving name leads to the host */
  record: 'cname' | 'a';
}

/** A call of AWS that the emulator has answered; `at` in seconds since 1970. */
export interface EmulatedCall {
  at: number;
  service: string;
  action: string;
  mutating: boolean;
  /** null: not answered yet */
  status: number | null;
}

/** A rule of the emulator, and the calls that it has met. */
export interface MetRule {
  service: string;
  action: string;
  kind: string;
  /** `ecs:CreateService` → how many */
  met: Record<string, number>;
}

interface DumpedRecord {
  ttl: number | null;
  values: string[];
  weight: number | null;
  alias: [string, string, string] | null;
}

/** Every attribute of the account, with names for ids and without times: to compare two moments. */
export interface Dump {
  repositories: Record<string, unknown>;
  secrets: Record<string, unknown>;
  clusters: Record<string, { status: string }>;
  taskDefinitions: Record<string, { status: string }>;
  /** by task definition: those that have not ended */
  oneOffTasks: Record<string, number>;
  securityGroups: Record<string, { ingress: unknown[] }>;
  records: Record<string, DumpedRecord>;
  services: Record<
    string,
    {
      status: string;
      desired: number;
      running: number;
      taskDefinition: string;
    }
  >;
  instances: {
    state: string;
    host: { projects: Record<string, { services: Record<string, { state: string }> }> };
  }[];
  images: Record<string, { state: string }>;
  [other: string]: unknown;
}

/** The emulator's own ways to look and to break; emulator/README.md lists them. */
export class Emulator {
  /** @param url of the emulator: what AWS_ENDPOINT_URL is set to */
  constructor(readonly url: string) {}

  get<T>(path: string): Promise<T> {
    return this.ask('GET', path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.ask('POST', path, body);
  }

  delete(path: string): Promise<unknown> {
    return this.ask('DELETE', path);
  }

  world(): Promise<World> {
    return this.get('/world');
  }

  dump(): Promise<Dump> {
    return this.get('/dump');
  }

  /** The calls that were made, oldest first; `mutating`: only those that may have changed something. */
  calls(
    which: {
      service?: string;
      action?: string;
      mutating?: '1';
    } = {},
  ): Promise<EmulatedCall[]> {
    return this.get(`/calls?${new URLSearchParams(which).toString()}`);
  }

  rules(): Promise<MetRule[]> {
    return this.get('/rules');
  }

  /** A new account in the place of the one before, in the same process. */
  reset(choice: Partial<WorldChoice>): Promise<World> {
    return this.post('/reset', choice);
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.url}/_emulator${path}`, { method, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_emulator${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}
