import { createServer, type Server } from 'node:http';

/** GET /healthz: 200 while the worker runs, 503 while it drains or has failed. */
export async function serveHealth(port: number, state: () => string): Promise<Server> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`HEALTH_PORT ${process.env['HEALTH_PORT']} is no port; take one from 1 to 65535`);
  const server = createServer((request, response) => {
    if (request.url !== '/healthz') {
      response.writeHead(404).end();
      return;
    }
    const now = state();
    response
      .writeHead(now === 'RUNNING' ? 200 : 503, { 'content-type': 'application/json' })
      .end(JSON.stringify({ state: now }));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve)).catch(
    (error: unknown) => {
      throw new Error(
        `health can't be served on port ${port}: ${error instanceof Error ? error.message : String(error)}; set HEALTH_PORT to a free one`,
      );
    },
  );
  server.unref();
  return server;
}
