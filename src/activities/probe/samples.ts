import {
  activeMembers,
  gauge,
  STORE_API,
  type Reading,
  type Store,
  type StoreRequest,
  type Unflushed,
} from '../../analysis/store';
import type { Deps } from '../clients';
import { addressesOf, runProbe } from './probe';
import { answersOf, refusalOf, scriptOf, type Answer, type Question } from './question';
import { runScriptWell } from '../host/ssm';
import { compose, containersOf } from '../host/stack';
import type { Activities } from '../../contract/activities';

/** What the stores say of themselves: who is in their rings, their newest samples, what is only in memory. */
export function sampleActivities(deps: Deps) {
  return {
    async checkRings({ probe, purpose, rings }) {
      const asked = await Promise.all(
        rings.map(async (ring) => ({ ...ring, addresses: await addressesOf(deps, probe.cluster, ring.service) })),
      );
      const questions = asked.flatMap(({ service, addresses, port, path }) =>
        addresses.map((address) => ({
          key: `${service} ${address}`,
          url: `http://${address}:${port}${path}`,
          only: '"state": ?"[A-Z]+"',
        })),
      );
      const answers = answersOf(await runProbe(deps, probe, purpose, scriptOf(questions)));
      const problems = asked.flatMap(({ service, count, addresses }) => {
        if (addresses.length < count) return [`${service}: ${addresses.length} of ${count} tasks run`];
        return addresses.flatMap((address) => {
          const answer = answers.get(`${service} ${address}`);
          const refusal = refusalOf(answer);
          if (refusal) return [`${service}: ${address} does not tell its ring: ${refusal}`];
          const members = activeMembers(answer!.body);
          return members === count
            ? []
            : [`${service}: ${members} of ${count} members are in the ring as ${address} sees it`];
        });
      });
      return { problems };
    },

    async readNewestSamples({ instanceId, composeDirectory, stores }) {
      const running = containersOf(
        await runScriptWell(deps, instanceId, 'docker compose ps', `${compose(composeDirectory)} ps --format json`),
      );
      const now = new Date();
      const asked = stores.map(({ service, store, port }) => {
        const published =
          running
            .find(({ Service }) => Service === service)
            ?.Publishers?.map(({ PublishedPort }) => PublishedPort)
            .filter((number) => number > 0) ?? [];
        const at = published.includes(port) ? port : published[0];
        return {
          service,
          store,
          questions:
            at === undefined ? [] : questionsOf(service, `http://127.0.0.1:${at}`, STORE_API[store].newest(now)),
        };
      });
      const script = [scriptOf(asked.flatMap(({ questions }) => questions)), 'true'].join('\n');
      const answers = answersOf(await runScriptWell(deps, instanceId, 'newest samples', script));
      return asked.map(({ service, store, questions }) =>
        questions.length === 0
          ? { service, at: null, note: `no container of it publishes a port on ${instanceId}` }
          : readingOf(service, store, questions, answers, (times) => Math.max(...times)),
      );
    },

    async readFirstSamples({ probe, purpose, stores, since }) {
      const [from, now] = [new Date(since), new Date()];
      const asked = stores.map(({ service, store, url }) => ({
        service,
        store,
        questions: questionsOf(service, url, STORE_API[store].first(from, now)),
      }));
      const answers = answersOf(
        await runProbe(deps, probe, purpose, scriptOf(asked.flatMap(({ questions }) => questions))),
      );
      return asked.map(({ service, store, questions }) =>
        readingOf(service, store, questions, answers, (times) => {
          const after = times.filter((time) => time >= Math.floor(from.getTime() / 1000) * 1000);
          return after.length > 0 ? Math.min(...after) : undefined;
        }),
      );
    },

    async measureUnflushed({ probe, purpose, stores }) {
      const asked = await Promise.all(
        stores.map(async (entry) => ({ ...entry, addresses: await addressesOf(deps, probe.cluster, entry.service) })),
      );
      const questions = asked.flatMap(({ service, store, port, addresses }) =>
        addresses.map((address) => ({
          key: `${service} ${address}`,
          url: `http://${address}:${port}/metrics`,
          only: `^${STORE_API[store].memory.metric}[{ ].*`,
        })),
      );
      const answers = answersOf(await runProbe(deps, probe, purpose, scriptOf(questions)));
      return asked.map(({ service, store, addresses }): Unflushed => {
        const { metric, unit } = STORE_API[store].memory;
        const none = (note: string): Unflushed => ({ service, amount: null, unit, note });
        if (addresses.length === 0) return none('no task of it runs');
        let amount = 0;
        for (const address of addresses) {
          const answer = answers.get(`${service} ${address}`);
          const held = answer && gauge(answer.body, metric);
          if (held === undefined) return none(refusalOf(answer) ?? `${address} has no ${metric}`);
          amount += held;
        }
        return { service, amount, unit, note: '' };
      });
    },
  } satisfies Partial<Activities>;
}

function questionsOf(service: string, url: string, requests: StoreRequest[]): Question[] {
  return requests.map(({ path, post }, index) => ({
    key: `${service} ${index}`,
    url: `${url}${path}`,
    ...(post === undefined ? {} : { post }),
  }));
}

/** The first question that names a time decides; none: why the first was refused, or that nothing is there. */
function readingOf(
  service: string,
  store: Store,
  questions: Question[],
  answers: Map<string, Answer>,
  choose: (times: number[]) => number | undefined,
): Reading {
  let why: string | undefined;
  for (const { key } of questions) {
    const answer = answers.get(key);
    const refusal = refusalOf(answer);
    try {
      const times = refusal ? [] : STORE_API[store].times(answer!.body).filter((time) => time > 0);
      const at = times.length > 0 ? choose(times) : undefined;
      if (at !== undefined) return { service, at: new Date(at).toISOString(), note: '' };
    } catch {
      why ??= `not JSON: ${answer!.body.slice(0, 60)}`;
    }
    why ??= refusal;
  }
  return { service, at: null, note: why ?? 'it holds no sample in that time' };
}
