import { textsOf } from '../run';
import { useStubWorker } from '../server';
import { RECORD, surveyWithIngest } from '../stubs';
import { World } from '../world';

const runWorkflow = useStubWorker();

const NAME = 'ingest.example.com';
const WEIGHTS = { shift: { weights: [50, 100] } };
const PLAN = {
  ...WEIGHTS,
  records: [
    { name: RECORD, service: 'grafana' },
    { name: NAME, to: 'ingest' },
  ],
};

const WITH_INGEST = surveyWithIngest(NAME, [
  {
    port: 9009,
    protocol: 'tcp',
    service: 'mimir',
    targetPort: 9009,
  },
]);

/** A world in which Mimir on ECS takes more in each time that somebody looks, and on the host nothing. */
function worldOf(): World {
  let ecs = 0;
  return new World({
    runPreflight: async () => WITH_INGEST,
    countReceived: async () => {
      ecs += 7;
      return [
        {
          service: 'mimir',
          unit: 'samples',
          host: 100,
          ecs,
          note: '',
        },
      ];
    },
  });
}

test.concurrent('what both sides have received is told after each weight, since the look before', async () => {
  const world = worldOf();
  const run = await runWorkflow({
    world,
    plan: PLAN,
  });
  const { events, data } = await run.endedAs('completed');
  expect(world.inputsOf('countReceived')).toHaveLength(3);
  const told = textsOf(events).filter((text) => text.startsWith('received since'));
  expect(told).toEqual(Array(2).fill('received since the look before: mimir: host 0, ECS 7 samples'));
  expect(data!.received).toMatchObject([{ ecs: 7 }]);
});

test.concurrent('what can not be counted holds nothing up, and without an ingest nobody counts', async () => {
  const world = worldOf();
  world.break('countReceived', 'no task started');
  const run = await runWorkflow({
    world,
    plan: PLAN,
  });
  const { events } = await run.endedAs('completed');
  expect(textsOf(events)).toContain('what both sides receive is not known: no task started');
  const without = new World();
  const other = await runWorkflow({
    world: without,
    plan: WEIGHTS,
  });
  await other.endedAs('completed');
  expect(without.names).not.toContain('countReceived');
});
