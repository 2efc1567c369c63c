import { gzipSync } from 'node:zlib';

/** Protocol buffers' wire types. */
const VARINT = 0;
const BYTES = 2;

type Value = number | bigint | string | Uint8Array;

/** Seven bits a byte, the lowest first; all but the last have the highest bit set. */
function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

function field(number: number, value: Value): number[] {
  const tag = (wire: number) => varint(number * 8 + wire);
  if (typeof value === 'number' || typeof value === 'bigint') return [...tag(VARINT), ...varint(value)];
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return [...tag(BYTES), ...varint(bytes.length), ...bytes];
}

function message(...fields: [number: number, value: Value][]): Uint8Array {
  return Uint8Array.from(fields.flatMap(([number, value]) => field(number, value)));
}

/** The first is always empty; the others are named by their index. */
const STRINGS = ['', 'cpu', 'nanoseconds', 'main', 'main.go', 'lgtm-verify'];
const [CPU, NANOSECONDS, MAIN, FILE, BINARY] = [1, 2, 3, 4, 5];
/** A sample every 10 ms, and one of them was taken. */
const PERIOD_NS = 10_000_000n;

/**
 * A CPU profile of one sample, as a Go program would push it.
 * Source: proto/profile.proto of google/pprof
 */
export function writeProfile(at: Date): Buffer {
  const type = message([1, CPU], [2, NANOSECONDS]);
  const line = message([1, 1], [2, 1]);
  const fields: [number, Value][] = [
    [1, type],
    [2, message([1, 1], [2, PERIOD_NS])],
    [3, message([1, 1], [5, BINARY], [7, 1])],
    [4, message([1, 1], [2, 1], [4, line])],
    [5, message([1, 1], [2, MAIN], [4, FILE])],
    ...STRINGS.map((text): [number, Value] => [6, text]),
    [9, BigInt(at.getTime()) * 1_000_000n],
    [10, PERIOD_NS],
    [11, type],
    [12, PERIOD_NS],
  ];
  return gzipSync(message(...fields));
}
