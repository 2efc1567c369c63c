import type { InputOf, OutputOf } from '../../contract/activities';
import type { PeerName, Ring } from '../../contract/probes';
import type { Deps } from '../clients';
import { escaped } from '../curl';
import { addAddresses, runProbe } from './probe';
import { explainRefusal, readAnswers, writeScript, type HttpAnswer } from './script';

/** What of a ring's page is printed: the states of its members in its JSON. The same in Mimir, Loki and Pyroscope. */
const STATES = '"state": ?"[A-Z]+"';
/** Of the key of a question that asks a service by its name. */
const BY_NAME = 'name ';
const ACTIVE = /"state":\s*"ACTIVE"/g;

/** A ring and the addresses of the tasks that must be in it. */
interface AskedRing extends Ring {
  addresses: string[];
}

/**
 * Every task of a ring must see `count` active members, and each service be answered by its name, as its peers ask it;
 * what is not so, in words.
 */
export async function checkRings(
  deps: Deps,
  { probe, purpose, rings, names }: InputOf<'checkRings'>,
): Promise<OutputOf<'checkRings'>> {
  const asked = await addAddresses(deps, probe.cluster, rings);
  const questions = asked.flatMap(({ service, addresses, port, path }) =>
    addresses.map((address) => ({
      key: `${service} ${address}`,
      origin: `http://${escaped(address)}:${port}`,
      request: { path },
      only: STATES,
    })),
  );
  const byName = names.map(({ service, origin, path }) => ({
    key: `${BY_NAME}${service}`,
    origin: escaped(origin),
    request: { path },
    only: '.',
  }));
  const answers = readAnswers(await runProbe(deps, probe, purpose, writeScript([...questions, ...byName])));
  return {
    problems: asked.flatMap((ring) => judgeRing(ring, answers)),
    unanswered: names.flatMap((name) => judgeName(name, answers)),
  };
}

function judgeName({ service, origin, path }: PeerName, answers: Map<string, HttpAnswer>): string[] {
  const refusal = explainRefusal(answers.get(`${BY_NAME}${service}`));
  return refusal === undefined ? [] : [`${origin}${path} is not answered to a task: ${refusal}`];
}

function judgeRing({ service, count, addresses }: AskedRing, answers: Map<string, HttpAnswer>): string[] {
  if (addresses.length < count) return [`${service}: ${addresses.length} of ${count} tasks run`];
  return addresses.flatMap((address) => judgeMember(service, count, address, answers.get(`${service} ${address}`)));
}

function judgeMember(service: string, count: number, address: string, answer: HttpAnswer | undefined): string[] {
  const refusal = explainRefusal(answer) ?? findOtherPage(answer!);
  if (refusal !== undefined) return [`${service}: ${address} does not tell its ring: ${refusal}`];
  const members = countActive(answer!.body);
  if (members === count) return [];
  return [`${service}: ${members} of ${count} members are in the ring as ${address} sees it`];
}

/** Whether what answered is no ring in JSON: its page for people, or somebody else. */
function findOtherPage({ body }: HttpAnswer): string | undefined {
  return /^[{"]/.test(body) ? undefined : `answered no JSON: ${body}`;
}

/** How many members are active, by a ring's page in JSON or what was let through of it. */
export const countActive = (page: string): number => [...page.matchAll(ACTIVE)].length;
