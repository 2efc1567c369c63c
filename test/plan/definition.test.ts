import { buildTaskDefinition } from '../../src/activities/aws/task-definition-shape';

import { COUNTS_OF_NEW_STACK } from '../../src/plan/defaults';
import { makeDefinition, makeEnvironment, type Duties, type AccountFacts } from '../../src/plan/definition';
import type { Plan } from '../../src/plan/schema';
import { read, startWith } from '../images/configuration';
import { planWith } from './plan';

const REGISTRY = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com';

const FACTS: AccountFacts = {
  image: `${REGISTRY}/lgtm-mimir@sha256:1`,
  executionRole: 'arn:e',
  taskRole: 'arn:t',
  secrets: { 'lgtm/keys': 'arn:keys' },
};

const OLD_HOST = '10.0.0.5';

/** What ECS would be told of a service while the hosts have the duties. */
function defineTask(plan: Plan, name: string) {
  const definition = makeDefinition(plan, name, 'off', FACTS);
  return buildTaskDefinition(definition);
}

describe("Mimir's ring keeper", () => {
  const plan = planWith(`secrets: [{ name: lgtm/keys, from: { env: KEYS } }]
services:
  mimir:
    secrets: { TOKEN: "lgtm/keys:token" }
    environment: { LOG_LEVEL: debug }
`);
  const { memory, containerDefinitions } = defineTask(plan, 'mimir');
  const [mimir, keeper, ...others] = containerDefinitions;

  test('is the second of two containers, and may end without the task', () => {
    expect(others).toEqual([]);
    expect(mimir).toMatchObject({
      name: 'mimir',
      essential: true,
    });
    expect(keeper).toMatchObject({
      name: 'ring-keeper',
      essential: false,
      restartPolicy: { enabled: true },
    });
  });

  test('runs a program of its own', () => {
    expect(mimir!.entryPoint).toBeUndefined();
    expect(keeper).toMatchObject({
      entryPoint: ['/busybox', 'sh', '/entrypoint.sh'],
      command: ['/busybox', 'sh', '/ring-keeper.sh'],
    });
  });

  test.each(['image', 'environment', 'logConfiguration', 'stopTimeout'] as const)('has the %s of Mimir', (field) => {
    expect(keeper![field]).toEqual(mimir![field]);
  });

  test('gets no secret', () => {
    const token = {
      name: 'TOKEN',
      valueFrom: 'arn:keys:token::',
    };
    expect(mimir).toMatchObject({ secrets: [token] });
    expect(keeper).not.toHaveProperty('secrets');
  });

  test('listens on no port, and nobody checks its health', () => {
    expect(keeper).not.toHaveProperty('portMappings');
    expect(keeper).not.toHaveProperty('healthCheck');
  });

  test("has a part of the task's memory, in MB", () => {
    expect(memory).toBe('4096');
    expect(mimir).toMatchObject({ memory: 4032 });
    expect(keeper).toMatchObject({ memory: 64 });
  });
});

describe('what starts the keeper', () => {
  const { mimir } = planWith().services;
  const keeper = mimir!.sidecars['ring-keeper']!;

  test('is what its script says', () => {
    const words = [...keeper.entryPoint, ...keeper.command];
    const line = `#   ${words.join(' ')}\n`;
    const script = read('mimir', 'ring-keeper.sh');
    expect(script).toContain(line);
  });

  test('is what starts Mimir too', () => {
    const words = [...keeper.entryPoint, '/bin/mimir'];
    const quoted = words.map((word) => JSON.stringify(word));
    const line = `ENTRYPOINT [${quoted.join(', ')}]`;
    const dockerfile = read('mimir', 'Dockerfile');
    expect(dockerfile).toContain(line);
  });
});

test('no other service has a container beside it', () => {
  const plan = planWith();
  const names = Object.keys(plan.services).map((name) => {
    const { containerDefinitions } = defineTask(plan, name);
    return containerDefinitions.map((container) => container.name);
  });
  expect(names).toEqual([['mimir', 'ring-keeper'], ['loki'], ['tempo'], ['pyroscope'], ['grafana'], ['alloy']]);
});

test('sidecars that leave a service no memory are refused', () => {
  const more = `services:
  grafana:
    sidecars: { eater: { command: [x], memory: 1024 } }
`;
  const parse = () => planWith(more);
  expect(parse).toThrow(
    'services.grafana.sidecars   ' +
      'the sidecars take 1024 MB of 1024; ' +
      'leave some for the service, or give it more memory',
  );
});

test('sidecars that are null are named, like every other wrong type', () => {
  const parse = () => planWith('services: { grafana: { sidecars: null } }\n');
  expect(parse).toThrow('services.grafana.sidecars   null is not a record');
});

describe('without dual write', () => {
  const plan = planWith();

  test.each<Duties>(['on', 'off'])('no service is told of an old host, duties %s', (duties) => {
    for (const name of Object.keys(plan.services)) {
      const environment = makeEnvironment(plan, name, duties, OLD_HOST);
      expect(environment).not.toHaveProperty('OLD_HOST');
      expect(environment).not.toHaveProperty('DUAL_WRITE');
    }
  });
});

describe('with dual write', () => {
  const plan = planWith('ingestion: { dualWrite: true }\n');

  test('Alloy writes to the old host while the hosts have the duties', () => {
    const environment = makeEnvironment(plan, 'alloy', 'off', OLD_HOST);
    expect(environment).toMatchObject({
      DUAL_WRITE: 'on',
      OLD_HOST,
    });
  });

  test('Alloy writes to nobody else after', () => {
    const environment = makeEnvironment(plan, 'alloy', 'on', OLD_HOST);
    expect(environment).toMatchObject({ DUAL_WRITE: 'off' });
    expect(environment).not.toHaveProperty('OLD_HOST');
  });

  test('no other service is told of it', () => {
    const environment = makeEnvironment(plan, 'mimir', 'off', OLD_HOST);
    expect(environment).not.toHaveProperty('DUAL_WRITE');
  });

  test('an old host that is no address is refused', () => {
    const more = `ingestion:
  dualWrite: true
  oldHost: "http://old"
`;
    const parse = () => planWith(more);
    expect(parse).toThrow('ingestion.oldHost');
  });

  test('a plan without Alloy is refused', () => {
    const more = `ingestion: { dualWrite: true }
services: { alloy: null }
`;
    const parse = () => planWith(more);
    expect(parse).toThrow(
      'ingestion.dualWrite   ' +
        'there is no service alloy that could write to both sides; ' +
        'add it, or take ingestion.dualWrite out',
    );
  });
});

/** How many copies of each line the entrypoint of dockerfiles/loki decides on, from what a plan's tasks are told. */
function countCopiesOfLines(plan: Plan): string | undefined {
  const { environment } = startWith('loki', makeEnvironment(plan, 'loki', 'off'));
  return environment['REPLICATION_FACTOR'];
}

test('three tasks of Loki, as init writes them, keep three copies; two, as the plan document has them, one', () => {
  const { count } = COUNTS_OF_NEW_STACK.loki;
  const written = planWith(`services:\n  loki: { count: ${count} }\n`);
  const copies = [written, planWith()].map(countCopiesOfLines);
  expect(copies).toEqual(['3', '1']);
});
