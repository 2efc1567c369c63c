import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createClients } from '../../src/activities/clients';

/** Of a server that answers nothing, or begins an answer and does not end it. */
const SILENCES = {
  'no answer': () => undefined,
  'half an answer': (response: { write(text: string): void }) => response.write('<GetCallerIdentityResponse>'),
};

let server: Server | undefined;
const before = { ...process.env };

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  process.env = { ...before };
});

test.each(Object.entries(SILENCES))(
  'a call that gets %s fails, and is not waited for without an end',
  async (_, answer) => {
    let asked = 0;
    server = createServer((_request, response) => {
      asked++;
      answer(response);
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    const { sts } = createClients('ap-northeast-2', 100);
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(asked).toBeGreaterThan(0);
  },
);
