import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Member {
  id: string;
  state: 'ACTIVE' | 'LEAVING' | 'PENDING' | 'JOINING' | 'UNHEALTHY';
  /** With the gRPC port, as the ring has it. */
  address: string;
  timestamp: string;
}

/** What a test sees of the ring's page and may change about it. */
export interface Ring {
  port: number;
  members: Member[];
  /** GETs so far. */
  looks: number;
  /** Ids asked to be forgotten, and at which look. */
  forgotten: { id: string; look: number }[];
  /** Called with the number of each look before it is answered. */
  before: (look: number) => void;
  /** The page; by default as Mimir writes it. */
  page: (members: Member[]) => string;
  /** What a POST does; by default what Mimir does. */
  forget: (id: string) => {
    status: number;
    body?: string;
  };
  /** Whether GETs are answered at all. */
  answers: boolean;
  /** GETs that the other side gave up. */
  givenUp: number;
  close(): Promise<void>;
}

const TOKENS = 512;

/** The page as grafana/dskit's ring/http.go writes it: every token whatever `tokens` says, null for no members. */
export const asMimirWrites = (members: Member[]) =>
  `${JSON.stringify({
    shards:
      members.length === 0
        ? null
        : members.map(({ id, state, address, timestamp }, place) => ({
            id,
            state,
            address,
            timestamp,
            registered_timestamp: '2026-11-24T09:00:00Z',
            zone: '',
            read_only: false,
            tokens: Array.from({ length: TOKENS }, (_, token) => 1_000_003 * (place + 1) + 7919 * token),
          })),
    now: '2026-11-24T10:00:00.000000001Z',
  })}\n`;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return body;
}

/** An HTTP server that answers `/ingester/ring` as Mimir does. */
export async function ring(members: Member[]): Promise<Ring> {
  const server = createServer(
    (request, response) =>
      void (async () => {
        if (!/^\/ingester\/ring(\?|$)/.test(request.url ?? '')) return void response.writeHead(404).end();
        if (request.method === 'POST') {
          // Go's FormValue reads a body of this type only
          const form =
            request.headers['content-type'] === 'application/x-www-form-urlencoded'
              ? new URLSearchParams(await bodyOf(request))
              : new URLSearchParams();
          const id = form.get('forget') ?? '';
          state.forgotten.push({ id, look: state.looks });
          const { status, body } = state.forget(id);
          return void response.writeHead(status, status === 302 ? { Location: '#' } : {}).end(body);
        }
        state.before(++state.looks);
        if (!state.answers)
          return void request.socket.once('close', () => {
            state.givenUp++;
          });
        if (!request.headers.accept?.includes('application/json'))
          return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!DOCTYPE html>');
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(state.page(state.members));
      })(),
  );
  const state: Ring = {
    port: 0,
    members,
    looks: 0,
    forgotten: [],
    givenUp: 0,
    answers: true,
    before: () => undefined,
    page: asMimirWrites,
    forget(id) {
      const there = state.members.some((member) => member.id === id);
      state.members = state.members.filter((member) => member.id !== id);
      return there
        ? { status: 302 }
        : {
            status: 500,
            body: `error forgetting instance '${id}': failed to CAS-update key collectors/ring: no change detected`,
          };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.port = (server.address() as AddressInfo).port;
  return state;
}
