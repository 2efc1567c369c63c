import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
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
  forget: (id: string) => { status: number; body?: string };
  /** Whether GETs are answered at all. */
  answers: boolean;
  /** GETs that the other side gave up. */
  givenUp: number;
  close(): Promise<void>;
}

const PATH = /^\/ingester\/ring(\?|$)/;
const FORM = 'application/x-www-form-urlencoded';
const TOKENS = 512;
const REGISTERED = '2026-11-24T09:00:00Z';
const NOW = '2026-11-24T10:00:00.000000001Z';
const NO_CHANGE = 'failed to CAS-update key collectors/ring: no change detected';

/** The page as grafana/dskit's ring/http.go writes it: every token whatever `tokens` says, null for no members. */
export function asMimirWrites(members: Member[]): string {
  const shards = members.length === 0 ? null : members.map(shardOf);
  return `${JSON.stringify({ shards, now: NOW })}\n`;
}

function shardOf({ id, state, address, timestamp }: Member, place: number) {
  return {
    id,
    state,
    address,
    timestamp,
    registered_timestamp: REGISTERED,
    zone: '',
    read_only: false,
    tokens: Array.from({ length: TOKENS }, (_, token) => 1_000_003 * (place + 1) + 7919 * token),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return body;
}

/** Go's FormValue reads a body of one type only. */
async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const isForm = request.headers['content-type'] === FORM;
  return new URLSearchParams(isForm ? await bodyOf(request) : '');
}

async function answerPost(ring: Ring, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await formOf(request);
  const id = form.get('forget') ?? '';
  ring.forgotten.push({ id, look: ring.looks });
  const { status, body } = ring.forget(id);
  const headers = status === 302 ? { Location: '#' } : {};
  response.writeHead(status, headers);
  response.end(body);
}

function answerGet(ring: Ring, request: IncomingMessage, response: ServerResponse): void {
  ring.looks += 1;
  ring.before(ring.looks);
  if (!ring.answers) {
    request.socket.once('close', () => (ring.givenUp += 1));
    return;
  }
  const wantsJson = request.headers.accept?.includes('application/json');
  response.writeHead(200, { 'Content-Type': wantsJson ? 'application/json' : 'text/html' });
  response.end(wantsJson ? ring.page(ring.members) : '<!DOCTYPE html>');
}

async function answer(ring: Ring, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!PATH.test(request.url ?? '')) {
    response.writeHead(404);
    response.end();
    return;
  }
  if (request.method === 'POST') await answerPost(ring, request, response);
  else answerGet(ring, request, response);
}

/** An HTTP server that answers `/ingester/ring` as Mimir does. */
export async function startRing(members: Member[]): Promise<Ring> {
  const server = createServer((request, response) => void answer(state, request, response));
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
      const isThere = state.members.some((member) => member.id === id);
      state.members = state.members.filter((member) => member.id !== id);
      if (isThere) return { status: 302 };
      return { status: 500, body: `error forgetting instance '${id}': ${NO_CHANGE}` };
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
