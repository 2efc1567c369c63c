import { createSocket } from 'node:dgram';

/** A resolver that knows one name. */
export interface Resolver {
  port: number;
  /** IPv4 addresses of the name, or the code of an error (2 SERVFAIL, 3 NXDOMAIN). */
  says: string[] | 2 | 3;
  /** Names it was asked for. */
  asked: string[];
  close(): Promise<void>;
}

/** Type of an address record. */
const TYPE_A = 1;
const HEADER = 12;
/** A response to a query, recursion desired and available. */
const RESPONSE = 0x8180;
const POINTER_TO_NAME = [0xc0, HEADER];
const TYPE_AND_CLASS = [0, TYPE_A, 0, 1];
/** Ten seconds, as Cloud Map has it. */
const TTL = [0, 0, 0, 10];
const LENGTH = [0, 4];

function recordOf(address: string): Buffer {
  const octets = address.split('.').map(Number);
  return Buffer.from([...POINTER_TO_NAME, ...TYPE_AND_CLASS, ...TTL, ...LENGTH, ...octets]);
}

/** The answer of RFC 1035 to a query of one question: A records that point back at its name. */
function answer(query: Buffer, says: Resolver['says']): Buffer {
  const end = query.indexOf(0, HEADER) + 1;
  const code = typeof says === 'number' ? says : 0;
  const isAsked = query.readUInt16BE(end) === TYPE_A;
  const found = typeof says === 'number' || !isAsked ? [] : says;
  const header = Buffer.from(query.subarray(0, HEADER));
  header.writeUInt16BE(RESPONSE | code, 2);
  header.writeUInt16BE(found.length, 6);
  header.fill(0, 8);
  const question = query.subarray(HEADER, end + 4);
  return Buffer.concat([header, question, ...found.map(recordOf)]);
}

function nameIn(query: Buffer): string {
  const labels: string[] = [];
  let place = HEADER;
  while (query[place]! > 0) {
    const end = place + 1 + query[place]!;
    labels.push(query.toString('ascii', place + 1, end));
    place = end;
  }
  return labels.join('.');
}

/** A DNS server on loopback. */
export async function startResolver(addresses: string[]): Promise<Resolver> {
  const socket = createSocket('udp4');
  const state: Resolver = {
    port: 0,
    says: addresses,
    asked: [],
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
  socket.on('message', (query, { port, address }) => {
    state.asked.push(nameIn(query));
    socket.send(answer(query, state.says), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  state.port = socket.address().port;
  return state;
}
