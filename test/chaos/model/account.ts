import type { ActivityName, InputOf } from '../../../src/contract/activities';
import { HOST, RECORD } from '../../workflows/stubs';

/** A record as resolvers answer it: `host`, the pair of both sides, or ECS alone. */
interface RecordState {
  shape: 'original' | 'pair' | 'fold';
  /** percent on ECS */
  weight: number;
  ttl: number;
}

interface ServiceState {
  count: number;
  definition: string;
  isOurs: boolean;
}

/** What an account consists of, as far as a migration changes it. */
export interface Snapshot {
  /** `repository lgtm/grafana` → whether this run made it */
  resources: Record<string, { isOurs: boolean }>;
  /** what was added to resources that this run did not make */
  additions: string[];
  services: Record<string, ServiceState>;
  records: Record<string, RecordState>;
  hosts: Record<string, { state: 'running' | 'stopped' | 'terminated'; runs: boolean }>;
  backups: string[];
}

/** What was there before, and is never removed. */
const ADOPTED = ['cluster lgtm-cluster', 'role ecsTaskExecutionRole', 'logGroup /ecs/lgtm'];

/** The state of an account without AWS: each activity has its effect at once; after each an invariant is looked at. */
export class Account {
  readonly violations: string[] = [];
  private readonly state: Snapshot = {
    resources: Object.fromEntries(ADOPTED.map((key) => [key, { isOurs: false }])),
    additions: [],
    services: {},
    records: {
      [RECORD]: {
        shape: 'original',
        weight: 0,
        ttl: 300,
      },
    },
    hosts: {
      [HOST]: {
        state: 'running',
        runs: true,
      },
    },
    backups: [],
  };

  /** A copy that later effects do not change. */
  snapshot(): Snapshot {
    const { resources, records, services, hosts, additions, backups } = structuredClone(this.state);
    return {
      resources: sorted(resources),
      additions: additions.sort(),
      services: sorted(services),
      records,
      hosts,
      backups,
    };
  }

  get weight(): number {
    return this.state.records[RECORD]!.weight;
  }

  /** @returns whether the resource is made by this run, and was not there before */
  ensure(key: string, addition?: string): boolean {
    const { resources, additions } = this.state;
    const found = resources[key];
    if (found && !found.isOurs && addition && !additions.includes(addition)) additions.push(addition);
    resources[key] ??= { isOurs: true };
    return resources[key].isOurs;
  }

  remove(key: string): void {
    if (this.state.resources[key]?.isOurs) delete this.state.resources[key];
  }

  takeOff(addition: string): void {
    this.state.additions = this.state.additions.filter((each) => each !== addition);
  }

  setService(name: string, change: Partial<ServiceState>): void {
    const before = this.state.services[name] ?? {
      count: 0,
      definition: '',
      isOurs: true,
    };
    this.state.services[name] = {
      ...before,
      ...change,
    };
    this.look(`${name} to ${JSON.stringify(change)}`);
  }

  countOf(name: string): number {
    return this.state.services[name]?.count ?? 0;
  }

  listServices(): Record<string, { count: number; taskDefinition: string }> {
    const entries = Object.entries(this.state.services);
    return Object.fromEntries(
      entries.map(([name, { count, definition }]) => [
        name,
        {
          count,
          taskDefinition: definition,
        },
      ]),
    );
  }

  removeService(name: string): void {
    if (this.state.services[name]?.isOurs) delete this.state.services[name];
    this.look(`remove ${name}`);
  }

  setRecord(change: Partial<RecordState>): void {
    Object.assign(this.state.records[RECORD]!, change);
    this.look(`record to ${JSON.stringify(change)}`);
  }

  setHost(change: Partial<Snapshot['hosts'][string]>): void {
    const host = this.state.hosts[HOST]!;
    if (host.state === 'terminated' && change.state !== 'terminated') throw new Error('the host is terminated');
    Object.assign(host, change);
    this.look(`host to ${JSON.stringify(change)}`);
  }

  addBackup(name: string): void {
    if (!this.state.backups.includes(name)) this.state.backups.push(name);
  }

  /** Users never lose a working side. */
  private look(after: string): void {
    const { weight } = this.state.records[RECORD]!;
    const host = this.state.hosts[HOST]!;
    const hostServes = host.state === 'running' && host.runs;
    if (weight < 100 && !hostServes)
      this.violations.push(`${after}: ${100 - weight} % lead to a host that does not serve`);
    if (weight > 0 && this.countOf('grafana') === 0) this.violations.push(`${after}: ${weight} % lead to no task`);
  }
}

const sorted = <T>(map: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The effect of each activity that has one, for a resource whether this run made it; what is not named only reads. */
export const EFFECTS: { [N in ActivityName]?: (account: Account, input: InputOf<N>) => boolean | void } = {
  ...resourcesOf(
    ['Repository', 'repository'],
    ['Secret', 'secret'],
    ['LogGroup', 'logGroup'],
    ['Cluster', 'cluster'],
    ['Namespace', 'namespace'],
    ['DiscoveryService', 'discovery'],
    ['TargetGroup', 'targetGroup'],
  ),
  ensureLoadBalancer: (account, { name }) => account.ensure(`loadBalancer ${name}`),
  removeLoadBalancer: (account, { name }) => {
    account.remove(`loadBalancer ${name}`);
    account.remove(`listener of ${name}`);
  },
  ensureListener: (account, { loadBalancer }) => account.ensure(`listener of ${loadBalancer}`),
  ensureListenerRule: (account, { host }) => account.ensure(`rule ${host}`),
  removeListenerRule: (account, { host }) => account.remove(`rule ${host}`),
  ensureIngestSecurityGroup: (account, { name }) => account.ensure(`group ${name}`, `rules on ${name}`),
  ensureIngestBalancer: (account, { name }) => account.ensure(`loadBalancer ${name}`),
  ensureIngestGroup: (account, { name }) => account.ensure(`targetGroup ${name}`),
  ensureIngestListener: (account, { port }) => account.ensure(`listener ${port.port}`),
  removeIngestListener: (account, { port }) => account.remove(`listener ${port.port}`),
  ensureExecutionRole: (account, { name }) => account.ensure(`role ${name}`, `policy on ${name}`),
  ensureTaskRole: (account, { name }) => account.ensure(`role ${name}`, `policy on ${name}`),
  removeRolePolicy: (account, { name }) => account.takeOff(`policy on ${name}`),
  removeRole: (account, { name }) => account.remove(`role ${name}`),
  ensureLoadBalancerSecurityGroup: (account, { name }) => account.ensure(`group ${name}`, `rules on ${name}`),
  ensureTaskSecurityGroup: (account, { name }) => account.ensure(`group ${name}`, `rules on ${name}`),
  removeSecurityGroupRules: (account, { name }) => account.takeOff(`rules on ${name}`),
  removeSecurityGroup: (account, { name }) => account.remove(`group ${name}`),
  ensureTaskDefinition: (account, { family }) => account.ensure(`definition ${family}`),
  removeTaskDefinition: (account, { family }) => account.remove(`definition ${family}`),
  ensureService: (account, { service, plan, taskDefinition }) =>
    account.setService(service, {
      count: plan.count,
      definition: taskDefinition,
    }),
  scaleService: (account, { service, count, taskDefinition }) =>
    account.setService(service, {
      count,
      ...(taskDefinition && { definition: taskDefinition }),
    }),
  removeService: (account, { service }) => account.removeService(service),
  lowerTtl: (account, { ttl }) => account.setRecord({ ttl }),
  createPair: (account, { ttl }) =>
    account.setRecord({
      shape: 'pair',
      weight: 0,
      ttl,
    }),
  setWeight: (account, { to }) => account.setRecord({ weight: to }),
  foldPair: (account) =>
    account.setRecord({
      shape: 'fold',
      weight: 100,
    }),
  unfoldPair: (account) =>
    account.setRecord({
      shape: 'pair',
      weight: 100,
    }),
  restoreTraffic: (account) => account.setRecord({ weight: 0 }),
  restoreRecords: (account) =>
    account.setRecord({
      shape: 'original',
      weight: 0,
      ttl: 300,
    }),
  stopStack: (account) => account.setHost({ runs: false }),
  startStack: (account) => account.setHost({ runs: true }),
  stopInstance: (account) =>
    account.setHost({
      state: 'stopped',
      runs: false,
    }),
  startInstance: (account) => account.setHost({ state: 'running' }),
  terminateInstance: (account) =>
    account.setHost({
      state: 'terminated',
      runs: false,
    }),
  createBackup: (account, { name }) => account.addBackup(name),
};

/** Finds or makes a resource of that kind by its name, and removes it. */
function resourcesOf(...kinds: [noun: string, kind: string][]): typeof EFFECTS {
  return Object.fromEntries(
    kinds.flatMap(([noun, kind]) => [
      [`ensure${noun}`, (account: Account, { name }: { name: string }) => account.ensure(`${kind} ${name}`)],
      [`remove${noun}`, (account: Account, { name }: { name: string }) => account.remove(`${kind} ${name}`)],
    ]),
  );
}
