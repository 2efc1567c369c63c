import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createActivities } from '../../../src/activities';
import { createClients as createDeps } from '../../../src/activities/clients';
import { countStored } from '../../../src/activities/probe/writing';
import type { Activities, InputOf } from '../../../src/contract/activities';
import type { ProbePlace } from '../../../src/contract/probes';
import { createClients, type Clients } from '../../emulator/clients';
import { at, Ingest } from '../../emulator/ingest';
import { startEmulator, type OwnEmulator } from '../emulator';
import { findProbePlace } from '../probe-place';

const BUCKET = 'sys-lgtm-s3';
const LOKI = {
  service: 'loki',
  store: 'loki' as const,
  port: 3100,
  bucket: BUCKET,
  prefix: 'loki',
};

let emulator: OwnEmulator;
let clients: Clients;
let activities: Activities;
let probe: ProbePlace;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = createClients(emulator.url);
  activities = createActivities({
    clients: createDeps('ap-northeast-2'),
    environment: process.env,
  });
});
beforeEach(async () => {
  const world = await emulator.reset({ world: 'adopted', record: 'cname' });
  const ingest = await Ingest.make(clients, world);
  const group = await ingest.makeGroup('loki-3100');
  await ingest.open(3100);
  await ingest.listen(3100, group);
  await ingest.serve([at(group)], { S3_BUCKET: BUCKET });
  await ingest.untilSteady();
  probe = await findProbePlace(clients, activities, world);
});
afterAll(() => emulator.stop());

let purposes = 0;
const ask = (): Pick<InputOf<'readWriting'>, 'probe' | 'purpose'> => ({
  probe,
  purpose: `question-${purposes++}`,
});

/** What is not seen of Loki after it was told. */
async function prove(timeoutMs: number, between: () => Promise<unknown> = async () => undefined): Promise<string[]> {
  const { stores } = await activities.readWriting({ ...ask(), stores: [LOKI] });
  await between();
  const { missing } = await activities.proveWriting({ ...ask(), stores, timeoutMs });
  return missing.map(({ why }) => why);
}

test('a store that writes what it is told to is seen by S3 and by its own counter', async () => {
  expect(await prove(60_000)).toEqual([]);
});

test('a store that writes nothing is named, with where S3 was looked at', async () => {
  await emulator.post('/stores', { unwritten: ['loki'] });
  expect(await prove(1)).toEqual([
    'loki on ECS was told to write, and S3 lists nothing newer below s3://sys-lgtm-s3/loki',
  ]);
});

test('what somebody else writes below its prefix is not taken for its own', async () => {
  await emulator.post('/stores', { unwritten: ['loki'] });
  const s3 = new S3Client({ endpoint: emulator.url, region: 'ap-northeast-2', forcePathStyle: true });
  const write = () => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'loki/fake/of-the-host', Body: 'new' }));
  const [why] = await prove(1, write);
  expect(why).toMatch(
    /^loki on ECS was told to write, and its tasks have counted nothing \(loki_ingester_chunks_stored_total/,
  );
});

test('a store without a task says nothing', async () => {
  const [why] = await activities
    .readWriting({ ...ask(), stores: [{ ...LOKI, service: 'tempo', store: 'tempo', port: 3200, prefix: 'tempo' }] })
    .then(({ stores }) => stores.map(({ before }) => before.silent));
  expect(why).toBe('no task of it runs');
});

const page = (...lines: string[]) => ({
  code: 200,
  body: [...lines, 'go_goroutines 31'].join('\n'),
});

test('what tasks have stored and hold is summed over them, and one that does not say leaves all unknown', () => {
  const busy = page('cortex_ingester_memory_series 7', 'cortex_ingester_shipper_uploads_total 3');
  expect(countStored('mimir', [busy, busy])).toEqual({ held: 14, stored: 6 });
  expect(countStored('mimir', [busy, undefined])).toEqual({ silent: 'no answer' });
  expect(countStored('mimir', [page()])).toEqual({ silent: 'it has no cortex_ingester_shipper_uploads_total' });
});
