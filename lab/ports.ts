import { createServer, connect, type AddressInfo, type Server } from 'node:net';

/** Below the ports of outgoing connections, one of which could take a port that was free before its server listens. */
const LOWEST_PORT = 10_000;
const PORTS = 20_000;

/** Ports of 127.0.0.1 on which nobody listens now. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function listenAnywhere(): Promise<Server> {
  for (;;) {
    const server = createServer();
    const listens = new Promise<boolean>((resolve) => {
      server.once('listening', () => resolve(true));
      server.once('error', () => resolve(false));
    });
    server.listen(LOWEST_PORT + Math.floor(Math.random() * PORTS), '127.0.0.1');
    if (await listens) return server;
  }
}

/** Whether somebody listens on a port of 127.0.0.1. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
