import { createServer, type Server } from 'node:http';

/** GET /healthz: 200 while the worker runs, 503 while it drains or has failed. */
export async function serveHealth(port: number, state: () => string): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/healthz') {
      response.writeHead(404).end();
      return;
    }
    const now = state();
    response.writeHead(now === 'RUNNING' ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify({ state: now }));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve));
  server.unref();
  return server;
}
