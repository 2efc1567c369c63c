import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { makeFolder } from '../../temporary';
import { ensureSecret } from '../../../src/activities/aws/secret';
import { createClients, type Deps } from '../../../src/activities/clients';
import { startEmulator, type OwnEmulator } from '../emulator';

const KEY = 'wJalrXUtnFEMI/K7MDENG "1"';
const REQUEST = {
  owner: {
    migration: 'lgtm',
    run: 'a-run',
  },
  name: 'lgtm/keys',
  from: { env: 'KEYS' },
};

let emulator: OwnEmulator;
let deps: Deps;

beforeAll(async () => {
  emulator = await startEmulator();
  deps = {
    clients: createClients('ap-northeast-2'),
    environment: { KEYS: JSON.stringify({ AWS_SECRET_ACCESS_KEY: KEY }) },
  };
});
afterAll(() => emulator.stop());

function refuse(kind: 'echo' | 'deny'): Promise<unknown> {
  return emulator.post('/rules', {
    service: 'secretsmanager',
    action: 'CreateSecret',
    kind,
    times: 1,
  });
}

test('of a refusal that repeats the value only its name is told', async () => {
  await refuse('echo');
  await expect(ensureSecret(deps, REQUEST)).rejects.toMatchObject({
    name: 'ValidationException',
    message: "AWS's answer holds the value of lgtm/keys and is not shown; CloudTrail has the call, without the value",
  });
});

test('any other refusal is told as AWS words it', async () => {
  await refuse('deny');
  await expect(ensureSecret(deps, REQUEST)).rejects.toThrow('not authorized to perform: secretsmanager:CreateSecret');
  expect(await ensureSecret(deps, REQUEST)).toMatchObject({ ownership: 'created' });
});

test.each([
  ['the end of its last line', 'correct-horse\n'],
  ['that of Windows', 'correct-horse\r\n'],
])('a value from a file is stored without %s', async (what, content) => {
  const file = join(makeFolder(), 'pw.txt');
  await writeFile(file, content);
  const name = `lgtm/${what.replaceAll(' ', '-')}`;
  await ensureSecret(deps, { ...REQUEST, name, from: { file } });
  const { SecretString } = await deps.clients.secrets.send(new GetSecretValueCommand({ SecretId: name }));
  expect(SecretString).toBe('correct-horse');
});
