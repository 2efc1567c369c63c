import { taskDefinitionOf } from '../../src/activities/aws/task-definition';
import { definitionOf, environmentOf, type Facts } from '../../src/plan/definition';
import { read } from '../images/configuration';
import { planWith } from './plan';

const FACTS: Facts = {
  image: '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/lgtm-mimir@sha256:1',
  executionRole: 'arn:e',
  taskRole: 'arn:t',
  secrets: {},
};
const KEYS =
  'secrets: [{ name: lgtm/keys, from: { env: KEYS } }]\nservices: { mimir: { secrets: { TOKEN: "lgtm/keys:token" }, environment: { LOG_LEVEL: debug } } }\n';

test("Mimir's ring keeper runs beside it: the same image, environment and log group, no secret, and a memory of its own", () => {
  const plan = planWith(KEYS);
  const {
    memory,
    containerDefinitions: [mimir, keeper, ...others],
  } = taskDefinitionOf(definitionOf(plan, 'mimir', 'off', { ...FACTS, secrets: { 'lgtm/keys': 'arn:keys' } }));
  expect([mimir!.name, mimir!.essential, mimir!.entryPoint, mimir!.secrets]).toEqual([
    'mimir',
    true,
    undefined,
    [{ name: 'TOKEN', valueFrom: 'arn:keys:token::' }],
  ]);
  expect(keeper).toMatchObject({
    name: 'ring-keeper',
    essential: false,
    entryPoint: ['/busybox', 'sh', '/entrypoint.sh'],
    command: ['/busybox', 'sh', '/ring-keeper.sh'],
    restartPolicy: { enabled: true },
  });
  for (const field of ['image', 'environment', 'logConfiguration', 'stopTimeout'] as const)
    expect(keeper![field]).toEqual(mimir![field]);
  expect([keeper!.secrets, keeper!.portMappings, keeper!.healthCheck, others]).toEqual([
    undefined,
    undefined,
    undefined,
    [],
  ]);
  expect([mimir!.memory, keeper!.memory, memory]).toEqual([4032, 64, '4096']);
});

test('the keeper is started as its script says it must be', () => {
  const { entryPoint, command } = planWith().services['mimir']!.sidecars['ring-keeper']!;
  expect(read('mimir', 'ring-keeper.sh')).toContain(`#   ${[...entryPoint, ...command].join(' ')}\n`);
  expect(read('mimir', 'Dockerfile')).toContain(
    `ENTRYPOINT ${JSON.stringify([...entryPoint, '/bin/mimir']).replaceAll(',', ', ')}`,
  );
});

test('no other service has a container beside it', () => {
  const plan = planWith();
  const names = Object.keys(plan.services).map((name) =>
    taskDefinitionOf(definitionOf(plan, name, 'off', FACTS)).containerDefinitions.map((container) => container.name),
  );
  expect(names).toEqual([['mimir', 'ring-keeper'], ['loki'], ['tempo'], ['pyroscope'], ['grafana'], ['alloy']]);
});

test('sidecars that leave a service no memory are refused', () => {
  expect(() => planWith('services: { grafana: { sidecars: { eater: { command: [x], memory: 1024 } } } }\n')).toThrow(
    'services.grafana.sidecars   the sidecars take 1024 MB of 1024; leave some for the service, or give it more memory',
  );
});

test('without dual write no service is told of an old host', () => {
  const plan = planWith();
  for (const name of Object.keys(plan.services))
    for (const duties of ['on', 'off'] as const)
      expect(Object.keys(environmentOf(plan, name, duties, '10.0.0.5')).filter((key) => /OLD|DUAL/.test(key))).toEqual(
        [],
      );
});

test('with dual write Alloy writes to the old host while the hosts have the duties, and to nobody else after', () => {
  const plan = planWith('ingestion: { dualWrite: true }\n');
  expect(environmentOf(plan, 'alloy', 'off', '10.0.0.5')).toMatchObject({ DUAL_WRITE: 'on', OLD_HOST: '10.0.0.5' });
  const after = environmentOf(plan, 'alloy', 'on', '10.0.0.5');
  expect([after['DUAL_WRITE'], after['OLD_HOST']]).toEqual(['off', undefined]);
  expect(environmentOf(plan, 'mimir', 'off', '10.0.0.5')).not.toHaveProperty('DUAL_WRITE');
});

test.each([
  ['ingestion: { dualWrite: true, oldHost: "http://old" }\n', 'ingestion.oldHost'],
  [
    'ingestion: { dualWrite: true }\nservices: { alloy: null }\n',
    'ingestion.dualWrite   there is no service alloy that could write to both sides; add it, or take ingestion.dualWrite out',
  ],
])('%j is refused', (more, said) => expect(() => planWith(more)).toThrow(said));
