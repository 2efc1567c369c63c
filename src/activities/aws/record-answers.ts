import { TestDNSAnswerCommand } from '@aws-sdk/client-route-53';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf } from '../../contract/activities';
import type { AnswerCheck, AnsweringPair, PairRequest, SavedRecord } from '../../contract/records';
import type { Deps } from '../clients';
import { quoted } from '../curl';
import { askAddresses, type DnsAnswer } from '../dns';
import { sleep } from '../pacing';
import { runProbe } from '../probe/probe';
import { balancerOf } from './record-pair';
import { unaskedAnswer, unjudgedAnswer, wrongAnswer } from './texts';

/** A load balancer may change an address between the two questions: it is asked again before it is a problem. */
const LOOKS = 3;
const PAUSE_MS = 2000;
const MARK = '-- name';
/** Seconds for a connection: an address is told before there is one. */
const CONNECT_S = 3;

/** What a name answers: its addresses, or in words why there are none. */
interface Answered {
  addresses: string[];
  why: string;
  /** nobody has said it */
  isUnknown?: true;
}

const NO_ANSWER: Answered = {
  addresses: [],
  why: 'nothing',
};

/** Asks Route 53's own servers, so that no resolver's memory is in between. */
export async function askPublicAnswers(deps: Deps, pair: AnsweringPair): Promise<AnswerCheck> {
  for (let look = 1; ; look++) {
    const balancers = await askBalancers(deps, pair);
    const check = judgeAnswers(pair, await testAnswers(deps, pair), balancers);
    if (check.problems.length === 0 || look === LOOKS) return check;
    await sleep(PAUSE_MS);
  }
}

/** By name: that of users, and that of senders where one of the names is theirs. */
async function askBalancers(deps: Deps, { loadBalancer, ingest }: PairRequest): Promise<Map<string, DnsAnswer>> {
  const names = [loadBalancer, ...(ingest ? [ingest] : [])].map(({ dnsName }) => dnsName);
  const asked = names.map(async (name) => [name, await askAddresses(deps, name)] as const);
  return new Map(await Promise.all(asked));
}

/** One after the other: Route 53 takes five requests a second of an account. */
async function testAnswers(deps: Deps, { hostedZone, records }: PairRequest): Promise<Map<string, Answered>> {
  const answers = new Map<string, Answered>();
  for (const { name } of records) answers.set(name, await testAnswer(deps, hostedZone, name));
  return answers;
}

/** What AWS does not say, as where this permission is missing, stops nobody. */
async function testAnswer(deps: Deps, HostedZoneId: string, RecordName: string): Promise<Answered> {
  const command = new TestDNSAnswerCommand({
    HostedZoneId,
    RecordName,
    RecordType: 'A',
  });
  try {
    const { RecordData: addresses = [], ResponseCode = 'nothing' } = await deps.clients.route53.send(command);
    return {
      addresses,
      why: ResponseCode,
    };
  } catch (error) {
    return {
      addresses: [],
      why: (error as Error).message,
      isUnknown: true,
    };
  }
}

/** Asks in a task of the VPC, as those do for whom a private zone is. */
export async function checkPrivateAnswers(
  deps: Deps,
  { probe, purpose, pair }: InputOf<'checkPrivateAnswers'>,
): Promise<AnswerCheck> {
  const names = pair.records.map(({ name }) => name);
  try {
    const answers = readAnswers(await runProbe(deps, probe, purpose, writeScript(names)));
    return judgeAnswers(pair, answers, await askBalancers(deps, pair));
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== 'ProbeFailed') throw error;
    return {
      problems: [],
      unknown: names.map((name) => unaskedAnswer(name, error.message)),
    };
  }
}

/** curl says which address it tries before it has a connection, and that is all that is wanted of it. */
function writeScript(names: string[]): string {
  const options = `-sv -m ${CONNECT_S} -o /dev/null`;
  const only = "grep -oE 'Trying ([0-9]{1,3}[.]){3}[0-9]{1,3}|Could not resolve host'";
  return names
    .map(
      (name) =>
        `printf '%s\\n' ${quoted(`${MARK} ${name}`)}; curl ${options} ${quoted(`http://${name}`)} 2>&1 | ${only}`,
    )
    .join('\n');
}

/** By name; one of which the script has said nothing has no address. */
function readAnswers(output: string): Map<string, Answered> {
  const answers = new Map<string, Answered>();
  let current: Answered | undefined;
  for (const line of output.split('\n')) {
    if (line.startsWith(`${MARK} `)) {
      current = {
        addresses: [],
        why: 'nothing',
      };
      answers.set(line.slice(MARK.length + 1), current);
      continue;
    }
    const [, address] = /^Trying (\S+)$/.exec(line) ?? [];
    if (address) current?.addresses.push(address);
    else if (current && line) current.why = line;
  }
  return answers;
}

/**
 * An answer is right where all of it is the host's, or some of it the balancer's: one that has just grown has addresses
 * that a resolver does not know yet, and of more than eight it answers with some. At 100 % the host's is wrong: Route 53
 * takes a side of weight 0 where it holds the other for unhealthy. Where the balancer's addresses are not known, what is
 * not the host's can't be judged.
 */
function judgeAnswers(
  pair: AnsweringPair,
  answers: Map<string, Answered>,
  balancers: Map<string, DnsAnswer>,
): AnswerCheck {
  const check: AnswerCheck = {
    problems: [],
    unknown: [],
  };
  for (const saved of pair.records) {
    const { dnsName } = balancerOf(pair, saved);
    const balancer = balancers.get(dnsName)!;
    const answered = answers.get(saved.name) ?? NO_ANSWER;
    const host = listHostAddresses(saved);
    const { addresses, why } = answered;
    const found = addresses.join(', ') || why;
    const unknown = findUnknown(saved.name, answered, balancer);
    const sides = pair.to === 100 ? [dnsName] : [...host, dnsName];
    const isAtHost = isHost(addresses, host);
    if ((isAtHost && pair.to < 100) || isBalancer(addresses, balancer)) continue;
    if (unknown === undefined || isAtHost) {
      check.problems.push(wrongAnswer(saved.name, pair.hostedZone, found, sides));
    } else check.unknown.push(unknown);
  }
  return check;
}

const isHost = (addresses: string[], host: string[]): boolean =>
  addresses.length > 0 && addresses.every((address) => host.includes(address));

const isBalancer = (addresses: string[], balancer: DnsAnswer): boolean =>
  'values' in balancer && addresses.some((address) => balancer.values.includes(address));

/** Why nobody can say whether an answer is right; undefined: it can be said. */
function findUnknown(name: string, { addresses, why, isUnknown }: Answered, balancer: DnsAnswer): string | undefined {
  if (isUnknown) return unaskedAnswer(name, why);
  if (addresses.length === 0 || !('unknown' in balancer)) return undefined;
  return unjudgedAnswer(name, addresses.join(', '), balancer.unknown);
}

const listHostAddresses = ({ original, target, addresses }: SavedRecord): string[] =>
  addresses ?? (target ?? original).values ?? [];
