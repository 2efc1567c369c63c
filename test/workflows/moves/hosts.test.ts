import { useStubWorker } from '../server';
import { HOST, RECORD, SURVEY } from '../stubs';
import { World } from '../world';

const runWorkflow = useStubWorker();

const PLAN = {
  shift: { weights: [100] },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};
const OLD = '203.0.113.7';
const NEW = '203.0.113.99';

/** A run whose host is stopped and backed up. */
async function runToTheWeek(world = new World(), plan: Record<string, unknown> = {}) {
  const run = await runWorkflow({
    world,
    plan: {
      ...PLAN,
      ...plan,
    },
  });
  await run.untilApprovalOf('point of no return');
  return run;
}

test.concurrent('the containers get the time of the plan to stop, and the image the name of the day', async () => {
  const decommission = {
    ...PLAN.decommission,
    stopTimeout: 300,
    imagePrefix: 'lgtm-old',
  };
  const { world } = await runToTheWeek(new World(), { decommission });
  expect(world.inputsOf('stopStack')).toMatchObject([
    {
      instanceId: HOST,
      stopTimeoutSeconds: 300,
    },
  ]);
  const { name, fallbackName } = world.inputsOf('createBackup')[0]!;
  expect(name).toMatch(/^lgtm-old-\d{8}$/);
  expect(fallbackName).toMatch(new RegExp(`^${name}-\\d{6}$`));
});

test.concurrent(
  'the way back starts the host, its containers, and waits until every name is answered there',
  async () => {
    const hosts = SURVEY.hosts.map((host) => ({
      ...host,
      services: ['mimir', 'grafana'],
    }));
    const world = new World({
      runPreflight: async () => ({
        ...SURVEY,
        hosts,
      }),
    });
    const run = await runToTheWeek(world);
    await run.say('rollback');
    await run.endedAs('rolled-back');
    const order = world.orderOf('startInstance', 'startStack', 'awaitHost', 'restoreTraffic');
    expect(order).toEqual(['startInstance', 'startStack', 'awaitHost', 'restoreTraffic']);
    const answers = {
      services: ['mimir', 'grafana'],
      records: [
        {
          name: RECORD,
          protocol: 'https',
          port: 443,
        },
      ],
    };
    expect(world.inputsOf('awaitHost')).toMatchObject([
      {
        instanceId: HOST,
        timeoutMs: 900_000,
        ...answers,
      },
    ]);
  },
);

test.concurrent('an address that changed when the host started is what the names go back to', async () => {
  const world = new World({ startInstance: async () => ({ publicIp: NEW }) });
  const run = await runToTheWeek(world);
  await run.say('rollback');
  await run.ended();
  const addresses = { [OLD]: NEW };
  expect(world.inputsOf('restoreTraffic')).toMatchObject([{ addresses }]);
  expect(world.inputsOf('restoreRecords')).toMatchObject([{ addresses }]);
});

test.concurrent('an address that stayed is left alone', async () => {
  const run = await runToTheWeek();
  await run.say('rollback');
  await run.ended();
  expect(run.world.inputsOf('restoreTraffic')).toMatchObject([{ addresses: {} }]);
});

test.concurrent('what only compacts on the host starts when ECS compacts no more, before ECS is down', async () => {
  const hosts = SURVEY.hosts.map((host) => ({
    ...host,
    services: ['mimir', 'mimir-compactor', 'grafana'],
    compactors: ['mimir-compactor'],
  }));
  const world = new World({
    runPreflight: async () => ({
      ...SURVEY,
      hosts,
    }),
  });
  const run = await runToTheWeek(world);
  const before = world.calls.length;
  await run.say('rollback');
  await run.endedAs('rolled-back');
  const serves = {
    instanceId: HOST,
    services: ['mimir', 'grafana'],
  };
  const compacts = {
    instanceId: HOST,
    services: ['mimir-compactor'],
  };
  expect(world.inputsOf('awaitHost')).toMatchObject([serves, compacts]);
  expect(world.listOf('startStack', 'except')).toEqual([['mimir-compactor'], undefined]);
  const names = ['startStack', 'restoreTraffic', 'scaleService'];
  const back = world.calls.slice(before).filter(({ name }) => names.includes(name));
  const steps = back.map(({ name, input }) => ((input as { count?: number }).count === 0 ? `${name} 0` : name));
  // the duties of both services go off, in either order, before the compactor starts; then both are scaled to 0
  expect(steps).toEqual([
    'startStack',
    'restoreTraffic',
    'scaleService',
    'scaleService',
    'startStack',
    'scaleService 0',
    'scaleService 0',
  ]);
});
