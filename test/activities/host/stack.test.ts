import { until } from '../../../lab/until';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { HostStack } from '../../../src/contract/hosts';
import { startEmulator, type OwnEmulator } from '../emulator';

interface Command {
  Comment: string;
  Status: string;
}

/** A container of an emulated host. */
interface Container {
  image: string;
  ports: number[];
  state: string;
  restart: string;
  mounts: object[];
  /** names of others that Compose starts with it */
  depends_on?: string[];
}

let emulator: OwnEmulator;
let activities: Activities;
let stack: HostStack;

beforeEach(async () => {
  emulator = await startEmulator();
  activities = createActivities({
    clients: createClients('ap-northeast-2'),
    environment: {},
  });
  const [instanceId] = emulator.account.instanceIds as [string];
  const composeDirectory = emulator.account.composeDirectory;
  stack = {
    instanceId,
    composeDirectory,
  };
});
afterEach(() => emulator.stop());

const setAgents = (agents: number) => emulator.post('/settings', { ssm_agents: agents });

/** Commands as `<what for> <status>`. */
async function listCommands(): Promise<string[]> {
  const commands = (await emulator.get('/commands')) as Command[];
  return commands.map(({ Comment, Status }) => `${Comment.replace('lgtm-migrate: ', '')} ${Status}`);
}

async function countSendCommands(): Promise<number> {
  const calls = (await emulator.get('/calls?service=ssm&action=SendCommand')) as unknown[];
  return calls.length;
}

test('a host that SSM does not see for too long is held with the command to run by hand', async () => {
  await setAgents(0);
  const byHand = 'docker compose --project-directory /opt/lgtm up -d';
  await expect(
    activities.startStack({
      ...stack,
      timeoutMs: 500,
    }),
  ).rejects.toMatchObject({
    type: 'HostNotReachable',
    nonRetryable: true,
    message: expect.stringContaining(`run ${byHand} on it by hand; then retry`) as string,
  });
});

test('containers whose start does not end are held after its time, with the command by hand', async () => {
  await emulator.post('/host', {
    id: stack.instanceId,
    compose_hangs_s: 60,
  });
  await expect(
    activities.startStack({
      ...stack,
      timeoutMs: 1000,
    }),
  ).rejects.toMatchObject({
    type: 'StackNotStarted',
    nonRetryable: true,
    message: expect.stringMatching(
      /do not start: docker compose up on i-\w+ ended TimedOut.*; run docker compose .*/,
    ) as string,
  });
});

test('a host whose agent answers late is started all the same', async () => {
  await setAgents(0);
  const started = activities.startStack({
    ...stack,
    timeoutMs: 60_000,
  });
  await until('a command', async () => (await countSendCommands()) > 0);
  await setAgents(1);
  await started;
  expect(await listCommands()).toEqual(['docker compose up Success']);
});

test('what an aborted stop has begun ends before the containers start again', async () => {
  await emulator.post('/settings', { ssm_delay_s: 1.5 });
  const owner = {
    migration: 'm',
    run: 'r',
  };
  const stopping = activities
    .stopStack({
      owner,
      ...stack,
      stopTimeoutSeconds: 1,
    })
    .catch(() => undefined);
  await until('the stop', async () => (await listCommands()).includes('docker compose stop Delayed'));
  const started = activities.startStack({
    ...stack,
    timeoutMs: 60_000,
  });
  const isStarting = async () => {
    const commands = await listCommands();
    return commands.some((command) => command.startsWith('docker compose up'));
  };
  await until('the start', isStarting);
  expect(await listCommands()).toContain('docker compose stop Success');
  await Promise.all([started, stopping]);
});

interface Whole {
  projects: Record<string, { services: Record<string, Container> }>;
}

test('one file for each component, as the plan document has them, is one project each', async () => {
  const look = () => emulator.get<Whole>(`/host?id=${stack.instanceId}`);
  const { projects } = await look();
  const { loki, mimir } = projects[stack.composeDirectory]!.services;
  const apart = {
    [`${stack.composeDirectory}/mimir`]: {
      file: 'mimir_docker-compose.yaml',
      services: { mimir },
    },
    [`${stack.composeDirectory}/loki`]: { services: { loki } },
  };
  await emulator.post('/host', {
    id: stack.instanceId,
    projects: apart,
  });
  const readStates = async () => {
    const found = await look();
    return Object.values(found.projects).flatMap(({ services }) => Object.values(services).map(({ state }) => state));
  };
  const inFiles = {
    ...stack,
    composeFiles: ['mimir/mimir_docker-compose.yaml', 'loki'],
  };
  const owner = {
    migration: 'lgtm-migrate-lgtm-prd',
    run: 'test',
  };
  await activities.stopStack({
    ...inFiles,
    owner,
    stopTimeoutSeconds: 1,
  });
  expect(await readStates()).toEqual(['exited', 'exited']);
  await activities.startStack({
    ...inFiles,
    timeoutMs: 10_000,
    except: ['loki'],
  });
  expect((await readStates()).sort()).toEqual(['exited', 'running']);
  await activities.startStack({
    ...inFiles,
    timeoutMs: 10_000,
  });
  expect(await readStates()).toEqual(['running', 'running']);
  const asOne = activities.stopStack({
    ...stack,
    owner,
    stopTimeoutSeconds: 1,
  });
  await expect(asOne).rejects.toThrow('no configuration file provided');
});

describe('a host serves again', () => {
  let services: Record<string, Container>;
  let ran: string[];

  beforeEach(async () => {
    services = await readServices();
    ran = Object.keys(services);
  });

  async function readServices(): Promise<Record<string, Container>> {
    const { projects } = (await emulator.get(`/host?id=${stack.instanceId}`)) as {
      projects: Record<string, { services: Record<string, Container> }>;
    };
    return projects[stack.composeDirectory]!.services;
  }

  async function listStates(...names: string[]): Promise<string[]> {
    const found = await readServices();
    return names.map((name) => found[name]!.state);
  }

  async function put(name: string, container: Partial<Container>): Promise<void> {
    services = {
      ...services,
      [name]: {
        ...services[name]!,
        ...container,
      },
    };
    const projects = { [stack.composeDirectory]: { services } };
    await emulator.post('/host', {
      id: stack.instanceId,
      projects,
    });
  }

  const awaitServices = (names: string[]) =>
    activities.awaitHost({
      ...stack,
      timeoutMs: 1000,
      services: names,
      records: [
        {
          name: 'grafana.example.com',
          protocol: 'https',
          port: 443,
        },
      ],
    });

  test('when what ran before runs, whatever else has run once and ended', async () => {
    await put('init', {
      image: 'busybox:1.37',
      ports: [],
      state: 'exited',
      restart: 'no',
      mounts: [],
    });
    await awaitServices(ran);
  });

  test('not while one of its containers is down', async () => {
    await put('proxy', { state: 'exited' });
    await expect(awaitServices(ran)).rejects.toMatchObject({
      type: 'HostNotHealthy',
      message: expect.stringContaining('does not serve: proxy exited; fix it by hand, then retry') as string,
    });
  });

  test('not while nobody answers its names', async () => {
    await put('proxy', { state: 'exited' });
    const others = ran.filter((name) => name !== 'proxy');
    await expect(awaitServices(others)).rejects.toMatchObject({
      message: expect.stringContaining('does not serve: grafana.example.com answers nothing') as string,
    });
  });

  test('all but what only compacts, whatever depends on it, and that when it is asked for', async () => {
    await put('compactor', {
      image: 'grafana/mimir:3.2.1',
      ports: [],
      state: 'exited',
      restart: 'always',
      mounts: [],
    });
    await put('mimir', {
      state: 'exited',
      depends_on: ['compactor'],
    });
    const start = {
      ...stack,
      timeoutMs: 60_000,
    };
    await activities.startStack({
      ...start,
      except: ['compactor'],
    });
    expect(await listStates('mimir', 'compactor')).toEqual(['running', 'exited']);
    await activities.startStack(start);
    expect(await listStates('mimir', 'compactor')).toEqual(['running', 'running']);
  });
});
