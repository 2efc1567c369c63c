import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusingServer } from './temporal-server';

const CLIENT = join(__dirname, '../../src/client.ts');
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lgtm-migrate-temporal-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function cli(
  args: string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', CLIENT, ...args], {
    env: { ...process.env, NODE_NO_WARNINGS: '1', HEALTH_PORT: '0', LOG_LEVEL: 'silent', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

test.each([[['status', 'lgtm-prd']], [['worker']]])(
  '%j takes address, TLS and API key from TEMPORAL_*, and says so when they are refused',
  async (args) => {
    const server = await refusingServer(folder);
    try {
      const ran = await cli(args, {
        TEMPORAL_ADDRESS: server.address,
        TEMPORAL_TLS_SERVER_CA_CERT_PATH: server.ca,
        TEMPORAL_API_KEY: 'key-of-the-test',
        TEMPORAL_NAMESPACE: 'prod',
      });
      expect(server.seen[0]).toMatchObject({ ':scheme': 'https', authorization: 'Bearer key-of-the-test' });
      expect(ran).toEqual({
        code: 1,
        out: '',
        err: 'lgtm-migrate: Temporal refuses these credentials; see TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_PROFILE\n',
      });
    } finally {
      server.close();
    }
  },
);

test.each([[['status', 'lgtm-prd']], [['worker']]])('%j takes a profile of a configuration file', async (args) => {
  const server = await refusingServer(folder);
  try {
    const file = join(folder, 'temporal.toml');
    writeFileSync(
      file,
      `[profile.prod]\naddress = "${server.address}"\nnamespace = "prod"\napi_key = "key-of-the-profile"\n[profile.prod.tls]\nserver_ca_cert_path = "${server.ca}"\n`,
    );
    await cli(args, { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' });
    expect(server.seen[0]).toMatchObject({ authorization: 'Bearer key-of-the-profile' });
    const unknown = await cli(args, { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'nowhere' });
    expect(unknown).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(
        /^lgtm-migrate: Temporal's configuration can't be read: .*nowhere.*; see TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and TEMPORAL_TLS_\*\n$/,
      ) as string,
    });
  } finally {
    server.close();
  }
});

test('a worker without a server names the address and the way out', async () => {
  const { code, out, err } = await cli(['worker'], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(
    /^lgtm-migrate: no Temporal server answers at 127\.0\.0\.1:1; start one .* or set TEMPORAL_ADDRESS \(.*\)\n$/,
  );
});
