import type { Place } from '../place';
import { isMapping, toText, type Mapping } from './yaml-value';

/** A port of a container, and where the host publishes it. */
export interface ComposePort extends Place {
  /** on the host; absent when Docker takes a free one */
  published?: number;
  target: number;
  protocol: string;
  /** of the host; absent for all of them */
  address?: string;
}

/** A port or a range of ports, as it is written. */
interface PortSpec {
  published: string;
  target: string;
  protocol: string;
  address: string;
}

/** `[address:][published:]target[/protocol]`, where a port may be a range. */
const SHORT =
  /^(?:(?<address>\[[^\]]+\]|[\d.]+):(?=.*:))?(?:(?<published>[\d-]*):)?(?<target>[\d-]+)(?:\/(?<protocol>\w+))?$/;

/** The ports of one entry of `ports:`, in its short or its long syntax; none for what is neither. */
export function readPorts(entry: unknown, place: Place): ComposePort[] {
  const spec = isMapping(entry) ? readLong(entry) : readShort(toText(entry));
  if (!spec.target) return [];
  const targets = listRange(spec.target);
  const published = spec.published ? listRange(spec.published) : [];
  return targets.map((target, index) => {
    const host = published[index] ?? published[0];
    return {
      ...place,
      target,
      protocol: spec.protocol || 'tcp',
      ...(host ? { published: host } : {}),
      ...(spec.address ? { address: spec.address } : {}),
    };
  });
}

function readLong(entry: Mapping): PortSpec {
  return {
    published: toText(entry['published']),
    target: toText(entry['target']),
    protocol: toText(entry['protocol']),
    address: toText(entry['host_ip']),
  };
}

function readShort(entry: string): PortSpec {
  const groups = SHORT.exec(entry)?.groups ?? {};
  const { published = '', target = '', protocol = '', address = '' } = groups;
  return {
    published,
    target,
    protocol,
    address,
  };
}

const LAST_PORT = 65_535;

/** Each port of `8000-8002`, or the one; none of what is no range of ports. */
function listRange(range: string): number[] {
  const [first = 0, last = first] = range.split('-').map(Number);
  if (!(last <= LAST_PORT)) return [];
  const count = last - first + 1;
  return Array.from({ length: count }, (_, index) => first + index);
}
