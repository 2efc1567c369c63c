import { execFileSync } from 'node:child_process';
import { ALWAYS_THERE } from '../../../src/analysis/metrics';
import { readSums, writeSums } from '../../../src/activities/host/asking';
import { RECEIVED } from '../../../src/plan/components';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import { sumPages } from '../../../src/activities/probe/received';
import type { HttpAnswer } from '../../../src/activities/probe/script';
import { storeOf } from '../../../src/stores';
import { until } from '../../../lab/until';
import { startEmulator } from '../emulator';

const MIMIR = {
  service: 'mimir',
  component: 'mimir',
  port: 9009,
} as const;

const page = (...lines: string[]): HttpAnswer => ({
  code: 200,
  body: [...lines, 'go_goroutines 31'].join('\n'),
});

const sum = (...pages: (HttpAnswer | undefined)[]) => sumPages(pages, storeOf('mimir').received);

test('what tasks have received is summed over them and their tenants; before the first sample it is 0', () => {
  const busy = page(
    'cortex_distributor_received_samples_total{user="a"} 7',
    'cortex_distributor_received_samples_total{user="b"} 5',
  );
  expect(sum(busy, page()).count).toBe(12);
});

test("what came in at each of Tempo's ports is told apart by what its receivers say", () => {
  const tempo = page(
    'tempo_distributor_spans_received_total{tenant="single-tenant"} 12',
    'tempo_receiver_accepted_spans{receiver="tempo/otlp_receiver",transport="grpc"} 4',
    'tempo_receiver_accepted_spans{receiver="tempo/otlp_receiver",transport="http"} 3',
    'tempo_receiver_accepted_spans{receiver="tempo/jaeger_receiver",transport="grpc"} 5',
  );
  const { received } = storeOf('tempo');
  expect(sumPages([tempo, tempo], received)).toMatchObject({
    count: 24,
    ports: [8, 6],
  });
});

test('one task that does not say leaves the sum unknown, with why', () => {
  expect(sum(page(), undefined)).toMatchObject({
    count: null,
    note: 'no answer',
  });
  expect(sum()).toMatchObject({ note: 'no task of it runs' });
});

test("Alloy's counters by port are a part of their sum, and not added to it", () => {
  const counter = RECEIVED.alloy!;
  const counts = page(
    'otelcol_receiver_accepted_spans_total{component_id="otelcol.receiver.otlp.door",transport="grpc"} 4',
    'otelcol_receiver_accepted_spans_total{component_id="otelcol.receiver.otlp.door",transport="http"} 3',
    'prometheus_receive_http_request_duration_seconds_count{method="POST",status_code="204",ws="false"} 5',
    'prometheus_receive_http_request_duration_seconds_count{method="POST",status_code="500",ws="false"} 90',
    'loki_source_api_entries_written{component_id="loki.source.api.door"} 6',
    'pyroscope_receive_http_request_duration_seconds_count{method="POST",status_code="200",ws="false"} 2',
  ).body;
  expect(sumPages([page(counts)], counter)).toMatchObject({
    count: 20,
    ports: [4, 3, 5, 6, 2],
  });
  const groups = [counter.metrics, ...counter.ports!.map(({ metrics }) => metrics)];
  const command = writeSums([...groups.flat(), { name: ALWAYS_THERE }]);
  const sums = execFileSync('sh', ['-c', command], {
    input: counts,
    encoding: 'utf8',
  });
  expect(groups.map((metrics) => readSums(sums, metrics))).toEqual([20, 4, 3, 5, 6, 2]);
});

type Projects = Record<string, { services: Record<string, object> }>;

test("what a host's store has received is what its own counter says; without a probe ECS is not asked", async () => {
  const emulator = await startEmulator();
  try {
    const { countReceived } = createActivities({
      clients: createClients('ap-northeast-2'),
      environment: process.env,
    });
    const { instanceIds, composeDirectory } = emulator.account;
    const [instanceId] = instanceIds as [string];
    const count = await until('something that came in', async () => {
      const [received] = await countReceived({
        services: [MIMIR],
        hosts: [
          {
            instanceId,
            composeDirectory,
          },
        ],
        purpose: 'received-1',
      });
      return received!.host! > 0 && received;
    });
    expect(count).toMatchObject({
      service: 'mimir',
      unit: 'samples',
      ecs: null,
      note: 'no service of the plan has probe: true',
    });
    const { projects } = await emulator.get<{ projects: Projects }>(`/host?id=${instanceId}`);
    const { loki } = projects[composeDirectory]!.services;
    await emulator.post('/host', {
      id: instanceId,
      projects: {
        ...projects,
        '/opt/logs': { services: { loki } },
      },
    });
    const [ofBoth] = await countReceived({
      services: [MIMIR],
      hosts: [composeDirectory, '/opt/logs'].map((directory) => ({
        instanceId,
        composeDirectory: directory,
      })),
      purpose: 'received-2',
    });
    expect(ofBoth!.host).toBeGreaterThan(0);
  } finally {
    await emulator.stop();
  }
});
