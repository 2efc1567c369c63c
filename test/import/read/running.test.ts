import type { ReportDocument } from '../../../src/import/document';
import { startEmulator, type OwnEmulator } from '../../activities/emulator';
import { EXAMPLE } from '../folder';
import { runImport, type Run } from '../run';

let emulator: OwnEmulator;

beforeAll(async () => {
  emulator = await startEmulator('--world', 'ready');
});
afterAll(() => emulator.stop());

function runAgainst(instance: string): Promise<Run> {
  const aws = {
    AWS_ENDPOINT_URL: emulator.url,
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
  const [instance = ''] = emulator.account.instanceIds;
  await emulator.delete('/calls');
  const { code, out } = await runAgainst(instance);
  const document = JSON.parse(out) as ReportDocument;
  const calls = await emulator.calls({ mutating: '1' });
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
