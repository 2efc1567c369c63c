import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { emulatorPython } from '../../../lab/tools';
import type { ReportDocument } from '../../../src/import/document';
import { EXAMPLE } from '../folder';
import { runImport, type Run } from '../run';

const ROOT = join(__dirname, '../../..');
const SERVER = ['-m', 'emulator', '--port', '0', '--world', 'ready'];

let emulator: ChildProcess;
let endpoint: string;

beforeAll(async () => {
  emulator = spawn(emulatorPython, SERVER, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(emulator.stdout!, 'data');
  const ready = JSON.parse(String(line)) as { aws: string };
  endpoint = ready.aws;
});
afterAll(async () => {
  const closed = once(emulator, 'close');
  emulator.kill();
  await closed;
});

async function askEmulator<T>(path: string, method = 'GET'): Promise<T> {
  const url = `${endpoint}/_emulator/${path}`;
  const response = await fetch(url, { method });
  return (await response.json()) as T;
}

function runAgainst(instance: string): Promise<Run> {
  const aws = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  return runImport(EXAMPLE, {
    options: ['--json'],
    instance,
    aws,
  });
}

function listIds({ findings }: ReportDocument): string[] {
  return findings.map((finding) => finding.id);
}

test('what runs on a host is asked by SSM, and nothing is changed', async () => {
  const world = await askEmulator<{ instanceIds: string[] }>('world');
  await askEmulator('calls', 'DELETE');
  const [instance = ''] = world.instanceIds;
  const { code, out } = await runAgainst(instance);
  const document = JSON.parse(out) as ReportDocument;
  const calls = await askEmulator<{ action: string }[]>('calls?mutating=1');
  const actions = calls.map((call) => call.action);
  const [mimir] = document.components;
  expect(code).toBe(0);
  expect(actions).toEqual(['SendCommand']);
  expect(listIds(document)).not.toContain('host/unreachable');
  expect(mimir?.running).toBe('grafana/mimir:3.2.1');
  expect(document.hosts[0]?.containers).toContainEqual(
    expect.objectContaining({
      service: 'mimir',
      image: 'grafana/mimir:3.2.1',
      state: 'running',
    }),
  );
});

test('a host that does not answer is a warning', async () => {
  const { code, out } = await runAgainst('i-00000000000000000');
  const document = JSON.parse(out) as ReportDocument;
  expect(code).toBe(0);
  expect(listIds(document)).toContain('host/unreachable');
});
