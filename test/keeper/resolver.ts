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

/** The number of the type A. */
const TYPE_A = 1;
const HEADER = 12;

/** The answer of RFC 1035 to a query of one question: A records that point back at its name, TTL 10 s as Cloud Map has it. */
function answer(query: Buffer, says: Resolver['says']): Buffer {
  const end = query.indexOf(0, HEADER) + 1;
  const addresses = typeof says === 'number' || query.readUInt16BE(end) !== TYPE_A ? [] : says;
  const header = Buffer.from(query.subarray(0, HEADER));
  header.writeUInt16BE(0x8180 | (typeof says === 'number' ? says : 0), 2);
  header.writeUInt16BE(addresses.length, 6);
  header.fill(0, 8);
  const records = addresses.map((address) =>
    Buffer.from([0xc0, HEADER, 0, TYPE_A, 0, 1, 0, 0, 0, 10, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([header, query.subarray(HEADER, end + 4), ...records]);
}

function nameIn(query: Buffer): string {
  const labels: string[] = [];
  for (let at = HEADER; query[at]! > 0; at += query[at]! + 1)
    labels.push(query.toString('ascii', at + 1, at + 1 + query[at]!));
  return labels.join('.');
}

/** A DNS server on loopback. */
export async function resolver(addresses: string[]): Promise<Resolver> {
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
