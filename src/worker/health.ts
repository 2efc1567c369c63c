import { createServer, type Server } from 'node:http';
import { messageOf } from '../temporal/errors';

const HIGHEST_PORT = 65_535;
const HEALTHY_STATE = 'RUNNING';

/**
 * GET /healthz: 200 while the worker runs, 503 while it drains or has failed.
 * @param port 0: any free one
 * @throws where it is no port, or a taken one
 */
export async function serveHealth(port: number, readState: () => string): Promise<Server> {
  const isPort = Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT;
  if (!isPort) throw new Error(`HEALTH_PORT ${process.env['HEALTH_PORT']} is no port; take one from 1 to 65535`);
  const server = createHealthServer(readState);
  await listen(server, port).catch((error: unknown) => {
    throw new Error(`health can't be served on port ${port}: ${messageOf(error)}; set HEALTH_PORT to a free one`, {
      cause: error,
    });
  });
  server.unref();
  return server;
}

function createHealthServer(readState: () => string): Server {
  return createServer(({ url }, response) => {
    if (url !== '/healthz') {
      response.writeHead(404).end();
      return;
    }
    const state = readState();
    const code = state === HEALTHY_STATE ? 200 : 503;
    response.writeHead(code, {
      'content-type': 'application/json',
    });
    response.end(
      JSON.stringify({
        state,
      }),
    );
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
}
