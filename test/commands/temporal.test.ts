import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../temporary';
import { NOWHERE, runCli } from './command-line';
import { RefusingServer } from './temporal-server';

let folder: string;
let server: RefusingServer;

beforeAll(async () => {
  folder = makeFolder();
  server = new RefusingServer(folder);
  await server.start();
});
beforeEach(() => void server.seen.splice(0));
afterAll(() => server.close());

/** The two that connect, each in its own way: the client's gRPC and the worker's native one. */
const CONNECTING = [[['status', 'lgtm-prd']], [['worker']]];

function writeProfile(): string {
  const file = join(folder, 'temporal.toml');
  const lines = [
    '[profile.prod]',
    `address = "${server.address}"`,
    'namespace = "prod"',
    'api_key = "key-of-the-profile"',
    '[profile.prod.tls]',
    `server_ca_cert_path = "${server.certificate}"`,
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

test.each(CONNECTING)('%j takes address, TLS and API key from TEMPORAL_*', async (words) => {
  const environment = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: server.certificate,
    TEMPORAL_API_KEY: 'key-of-the-test',
    TEMPORAL_NAMESPACE: 'prod',
  };
  const refused = await runCli(words, { environment });
  expect(server.seen[0]).toMatchObject({
    ':scheme': 'https',
    authorization: 'Bearer key-of-the-test',
  });
  const places = 'TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_PROFILE';
  expect(refused).toEqual({
    code: 1,
    out: '',
    err: `lgtm-migrate: Temporal refuses these credentials; see ${places}\n`,
  });
});

test.each(CONNECTING)('%j takes a profile of a configuration file', async (words) => {
  const environment = {
    TEMPORAL_CONFIG_FILE: writeProfile(),
    TEMPORAL_PROFILE: 'prod',
    // an address of the environment would win
    TEMPORAL_ADDRESS: undefined,
  };
  await runCli(words, { environment });
  expect(server.seen[0]).toMatchObject({ authorization: 'Bearer key-of-the-profile' });
});

test.each(CONNECTING)('%j says that a profile is unknown, and where profiles come from', async (words) => {
  const environment = {
    TEMPORAL_CONFIG_FILE: writeProfile(),
    TEMPORAL_PROFILE: 'nowhere',
  };
  const { code, out, err } = await runCli(words, { environment });
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(
    /^lgtm-migrate: Temporal's configuration can't be read: .*nowhere.*; see TEMPORAL_PROFILE, .*\n$/,
  );
});

test('a worker without a server names the address and the way out', async () => {
  const { code, out, err } = await runCli(['worker']);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(`lgtm-migrate: no Temporal server answers at ${NOWHERE}; start one `);
  expect(err).toMatch(/ or set TEMPORAL_ADDRESS \(.*\)\n$/);
});
