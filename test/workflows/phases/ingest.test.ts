import type { Survey } from '../../../src/contract/findings';
import type { IngestPort } from '../../../src/plan/ingest';
import { useStubWorker } from '../server';
import { RECORD, SURVEY } from '../stubs';
import { World } from '../world';

const runWorkflow = useStubWorker();

const SENDERS = 'senders.example.com';
const MIMIR: IngestPort = {
  port: 19_009,
  protocol: 'tcp',
  service: 'mimir',
  targetPort: 9009,
};
const PLAN = {
  records: [
    { name: RECORD, service: 'grafana' },
    { name: SENDERS, to: 'ingest' },
  ],
  shift: { approval: true },
};
const OF_SENDERS = {
  name: SENDERS,
  to: 'ingest' as const,
  original: {
    name: SENDERS,
    type: 'A' as const,
    ttl: 300,
    values: ['203.0.113.7'],
  },
};
const WITH_INGEST: Survey = {
  ...SURVEY,
  records: [...SURVEY.records, OF_SENDERS],
  ingest: {
    ports: [MIMIR],
    sources: [
      {
        port: 19_009,
        protocol: 'tcp',
        ranges: ['10.0.0.0/16'],
        groups: [],
        prefixLists: [],
      },
    ],
  },
};

const worldOf = (survey: Survey = WITH_INGEST) => new World({ runPreflight: async () => survey });

test.concurrent('the tasks let the ingest in where it sends and asks, and their service is in its group', async () => {
  const world = worldOf();
  const run = await runWorkflow({ world, plan: PLAN });
  await run.untilApprovalOf('10 → 50 %');
  expect(world.inputsOf('ensureTaskSecurityGroup')[0]!.ingest).toEqual({
    securityGroup: 'lgtm-ingest-sg',
    ports: [{ port: 9009, protocol: 'tcp' }],
  });
  expect(world.inputsOf('ensureIngestListener')[0]).toMatchObject({
    loadBalancer: 'lgtm-ingest',
    port: { port: 19_009, protocol: 'tcp' },
    targetGroup: 'lgtm-ingest-19009',
  });
  const services = world.inputsOf('ensureService').map(({ service, ingest }) => [service, ingest]);
  expect(services).toContainEqual(['mimir', [{ targetGroup: 'lgtm-ingest-19009', port: 9009 }]]);
  expect(services).toContainEqual(['grafana', undefined]);
});

test.concurrent("users' names lead to the load balancer, senders' to the ingest, all in one batch", async () => {
  const world = worldOf();
  const run = await runWorkflow({ world, plan: PLAN });
  await run.untilApprovalOf('10 → 50 %');
  const [request] = world.inputsOf('setWeight');
  expect(request).toMatchObject({
    loadBalancer: { dnsName: 'lgtm-alb.elb.amazonaws.com', hostedZoneId: 'ZALB' },
    ingest: { dnsName: 'lgtm-ingest.elb.amazonaws.com', hostedZoneId: 'ZNLB' },
  });
  expect(request!.records.map(({ name, to }) => [name, to])).toEqual([
    [RECORD, undefined],
    [SENDERS, 'ingest'],
  ]);
});

test.concurrent("a CNAME of a sender's name is left, and forgotten, before that name becomes a pair", async () => {
  const [users] = SURVEY.records;
  const leaving = { ...users!, addresses: ['203.0.113.7'] };
  const world = worldOf({ ...WITH_INGEST, records: [leaving, OF_SENDERS] });
  const run = await runWorkflow({ world, plan: PLAN });
  await run.untilApprovalOf('10 → 50 %');
  expect(world.inputsOf('createPair').map(({ records }) => records.map(({ name }) => name))).toEqual([
    [RECORD],
    [SENDERS],
  ]);
  const timeline = await run.timeline();
  const between = timeline.slice(timeline.indexOf('createPair') + 1, timeline.lastIndexOf('createPair'));
  expect(between).toContain('until resolvers have forgotten the old answer (1m)');
});

test.concurrent('before the first weight a target of the ingest that is not healthy holds', async () => {
  const world = worldOf();
  let looks = 0;
  world.answers.verifyService = async ({ service, ingestGroups = [] }) => {
    const isLater = service === 'mimir' && ingestGroups.length > 0 && ++looks > 1;
    return { problems: isLater ? ['0 of 3 targets are healthy in lgtm-ingest-19009'] : [] };
  };
  const run = await runWorkflow({ world, plan: PLAN });
  const { waitingFor } = await run.untilRetryOf('making what was deleted');
  expect(waitingFor!.reason).toContain('mimir runs but 0 of 3 targets are healthy in lgtm-ingest-19009');
  expect(world.inputsOf('setWeight')).toEqual([]);
});

test.concurrent('all of it is taken back where the plan wants that, listeners first', async () => {
  const world = worldOf();
  const run = await runWorkflow({ world, plan: { ...PLAN, cleanup: 'delete' } });
  await run.untilApprovalOf('10 → 50 %');
  await run.say('abort');
  await run.endedAs('rolled-back');
  const removed = world.orderOf('removeIngestListener', 'removeTargetGroup', 'removeLoadBalancer');
  expect(removed[0]).toBe('removeIngestListener');
  expect(world.listOf('removeTargetGroup', 'name')).toContain('lgtm-ingest-19009');
  expect(world.listOf('removeLoadBalancer', 'name')).toContain('lgtm-ingest');
  expect(world.listOf('removeSecurityGroup', 'name')).toContain('lgtm-ingest-sg');
});
