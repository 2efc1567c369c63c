import type { Finding } from '../contract/findings';
import { nameLoss, type Move, type PublishedPort, type Sender, type SenderSurvey } from '../contract/senders';
import { describeFinding } from './results';
import { nextPreflight } from './texts';

/** How senders are told. */
interface Telling {
  /** what else was found on the way to them */
  beside: Finding[];
  /** names of senders that the plan accepts as they are */
  accept: string[];
  /** of the terminal, in characters; absent: lines are as long as they are */
  width?: number | undefined;
  file: string;
}

const MOVES: Record<Move, { icon: string; word: string }> = {
  'by-name': {
    icon: '✔',
    word: 'by name',
  },
  not: {
    icon: '✖',
    word: 'not',
  },
  never: {
    icon: '✖',
    word: 'never',
  },
};
const ACCEPTED = '!';
const WORD_WIDTH = 9;
const PEER_WIDTH = 20;
const MARGIN = ' '.repeat(4 + WORD_WIDTH);

/** Who uses what of the hosts, a port after the other: each sender, how it moves, and what to change. */
export function describeSenders({ ports, senders, cutOff }: SenderSurvey, telling: Telling): string[] {
  const bound = senders.filter(({ instanceId, port }) => !ports.some((each) => isAt(each, instanceId, port)));
  const closed = bound.map(describeClosed);
  const doors = [...ports, ...closed.filter((port, index) => findIndexOf(closed, port) === index)];
  return [
    ...doors.sort(comparePorts).flatMap((port) => [...describePort(port, senders, telling), '']),
    ...cutOff.map((instanceId) => `${MOVES.not.icon} ${instanceId} has more connections than SSM can tell of`),
    describeCount(senders, telling),
    ...describeAcceptance(senders, telling),
    ...telling.beside.flatMap(describeFinding),
    nextPreflight(telling.file),
  ];
}

/** A port that only the host itself reaches. */
const describeClosed = ({ instanceId, port, service, component }: Sender): PublishedPort => ({
  instanceId,
  port,
  protocol: 'tcp',
  addresses: ['127.0.0.1'],
  targetPort: port,
  service,
  ...(component && { component }),
});

const isAt = (published: PublishedPort, instanceId: string, port: number): boolean =>
  published.instanceId === instanceId && published.port === port;

const findIndexOf = (ports: PublishedPort[], { instanceId, port }: PublishedPort): number =>
  ports.findIndex((each) => isAt(each, instanceId, port));

function comparePorts(a: PublishedPort, b: PublishedPort): number {
  return a.instanceId.localeCompare(b.instanceId) || a.port - b.port;
}

function describePort(published: PublishedPort, senders: Sender[], telling: Telling): string[] {
  const { instanceId, port, protocol, addresses, service } = published;
  const here = protocol === 'udp' ? [] : senders.filter((sender) => isAt(published, sender.instanceId, sender.port));
  const head = `${port}/${protocol}  ${service} on ${instanceId}, published at ${addresses.join(', ')}`;
  if (protocol === 'udp') return [head, "  who sends there can't be seen: UDP has no connections"];
  if (here.length === 0) return [head, '  nobody is connected now'];
  return [head, ...groupByReason(here).flatMap((group) => describeGroup(group, telling))];
}

/** Those that move alike, for the same reason, stand together. */
function groupByReason(senders: Sender[]): Sender[][] {
  const groups = new Map<string, Sender[]>();
  for (const sender of senders) {
    const key = [sender.move, sender.why, sender.change].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), sender]);
  }
  return [...groups.values()];
}

function describeGroup(group: Sender[], { accept, width }: Telling): string[] {
  const [{ why, change }] = group as [Sender];
  return [
    ...group.map((sender) => describeLine(sender, accept)),
    ...wrap(why, MARGIN, MARGIN, width),
    ...wrap(`→ ${change}`, MARGIN, `${MARGIN}  `, width),
  ];
}

function describeLine(sender: Sender, accept: string[]): string {
  const { peer, name, connections, move } = sender;
  const { icon, word } = MOVES[move];
  const isAccepted = move !== 'by-name' && accept.includes(nameLoss(sender));
  const count = `${connections} connection${connections === 1 ? '' : 's'}`;
  const line = `  ${isAccepted ? ACCEPTED : icon} ${word.padEnd(WORD_WIDTH)}${peer.padEnd(PEER_WIDTH)} ${count}`;
  const known = name === undefined ? line : `${line}, ${name}`;
  return isAccepted ? `${known}, accepted` : known;
}

function describeCount(senders: Sender[], { accept }: Telling): string {
  const count = (wanted: Move) => senders.filter(({ move }) => move === wanted).length;
  const accepted = senders.filter((sender) => sender.move !== 'by-name' && accept.includes(nameLoss(sender))).length;
  const counts = [`${count('by-name')} by name`, `${count('not')} not`, `${count('never')} never`];
  return `senders: ${counts.join(', ')}${accepted > 0 ? `; ${accepted} accepted` : ''}`;
}

/** How to accept the first of those that stay. */
function describeAcceptance(senders: Sender[], { accept }: Telling): string[] {
  const open = senders.find((sender) => sender.move !== 'by-name' && !accept.includes(nameLoss(sender)));
  return open ? [`to accept one as it is: data.accept: [${nameLoss(open)}]`] : [];
}

/** Lines no longer than `width`, where the words allow. */
function wrap(text: string, first: string, next: string, width = Infinity): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    const isEmpty = line === first || line === next;
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = next + word;
    } else {
      line = isEmpty ? line + word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
