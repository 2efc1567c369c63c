import { randomBytes } from 'node:crypto';

/** Bytes of three alignments in base64: a secret may stand in the middle of what was encoded. */
const ALIGNMENTS = [0, 1, 2];

/** Secrets that nothing else can be taken for, each with the place where it stands lawfully. */
export class Canaries {
  private readonly places = new Map<string, string>();

  /** @param place whose secret it is, in words */
  issue(place: string): string {
    const canary = `canary${randomBytes(12).toString('hex')}`;
    this.places.set(canary, place);
    return canary;
  }

  /** The places of those that a text holds, plainly or encoded. */
  findIn(text: string): string[] {
    const found = [...this.places].filter(([canary]) => formsOf(canary).some((form) => text.includes(form)));
    return found.map(([, place]) => place);
  }
}

function formsOf(canary: string): string[] {
  return [canary, Buffer.from(canary).toString('hex'), ...ALIGNMENTS.map((before) => encode(canary, before))];
}

/** What of it stays the same in base64, whatever stands around it. */
function encode(canary: string, before: number): string {
  const padded = `${'-'.repeat(before)}${canary}`;
  const whole = padded.slice(0, padded.length - (padded.length % 3));
  return Buffer.from(whole)
    .toString('base64')
    .slice(before === 0 ? 0 : 4);
}

/** Every text in a value: keys, strings, and bytes as they are. */
export function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value instanceof Uint8Array) yield Buffer.from(value).toString('utf8');
  else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      yield key;
      yield* textsOf(each);
    }
  }
}
