import type { Reading } from '../../analysis/handover';
import type { InputOf } from '../../contract/activities';
import type { StoreService } from '../../contract/stores';
import { storeOf } from '../../stores';
import type { Deps } from '../clients';
import { listContainers, publishedPorts, type Container } from '../host/containers';
import { runScriptWell } from '../host/ssm';
import { runProbe } from './probe';
import { createQuestions, explainRefusal, readAnswers, writeScript } from './script';
import type { HttpAnswer, HttpQuestion } from './script';

/** The questions to one store. */
interface AskedStore extends StoreService {
  questions: HttpQuestion[];
}

/** Chooses among the times that a body names; undefined: none of them. */
type Choice = (times: number[]) => number | undefined;

/** On a host, through SSM: the newest sample of each store; one that can't say has the reason. */
export async function readNewestSamples(
  deps: Deps,
  { stores, ...stack }: InputOf<'readNewestSamples'>,
): Promise<Reading[]> {
  const { instanceId } = stack;
  const running = await listContainers(deps, stack);
  const now = new Date();
  const asked = stores.map((entry) => {
    const port = findPort(running, entry);
    return { ...entry, questions: port === undefined ? [] : askNewest(entry, port, now) };
  });
  const script = [writeScript(asked.flatMap(({ questions }) => questions)), 'true'].join('\n');
  const answers = readAnswers(await runScriptWell(deps, instanceId, 'newest samples', script));
  return asked.map((store) => {
    if (store.questions.length > 0) {
      const reading = chooseReading(store, answers, (times) => Math.max(...times));
      return mayBeOthers(store, reading, now) ? { ...reading, isShared: true } : reading;
    }
    return {
      service: store.service,
      at: null,
      note: `no container of it publishes a port on ${instanceId}`,
    };
  });
}

/** Whether its newest sample may come from S3, where the other side writes too. */
function mayBeOthers({ store }: StoreService, { at }: Reading, now: Date): boolean {
  const { readsBucketAfter } = storeOf(store).newest;
  if (readsBucketAfter === undefined || at === null) return false;
  // it may have come while it was asked for
  const ageSeconds = Math.max(0, (now.getTime() - Date.parse(at)) / 1000);
  return ageSeconds >= readsBucketAfter;
}

/** The port that the plan names, where the host publishes it; else the first that it publishes. */
function findPort(running: Container[], { service, port }: StoreService): number | undefined {
  const container = running.find(({ Service }) => Service === service);
  const published = container ? publishedPorts(container).map(({ PublishedPort }) => PublishedPort) : [];
  return published.includes(port) ? port : published[0];
}

function askNewest({ service, store }: StoreService, port: number, now: Date): HttpQuestion[] {
  const { ask, named } = storeOf(store).newest;
  return createQuestions(service, `http://127.0.0.1:${port}`, ask(now), named);
}

/** Through a probe: the first sample of each store at or after `since`. */
export async function readFirstSamples(deps: Deps, input: InputOf<'readFirstSamples'>): Promise<Reading[]> {
  const { probe, purpose, stores } = input;
  const [since, now] = [new Date(input.since), new Date()];
  const asked = stores.map(({ url, ...entry }) => ({
    ...entry,
    questions: askFirst(entry, url, since, now),
  }));
  const script = writeScript(asked.flatMap(({ questions }) => questions));
  const answers = readAnswers(await runProbe(deps, probe, purpose, script));
  // stores name whole seconds
  const earliest = Math.floor(since.getTime() / 1000) * 1000;
  const chooseFirst = (times: number[]) => {
    const later = times.filter((time) => time >= earliest);
    return later.length > 0 ? Math.min(...later) : undefined;
  };
  return asked.map((store) => chooseReading(store, answers, chooseFirst));
}

function askFirst({ service, store }: StoreService, url: string, since: Date, now: Date): HttpQuestion[] {
  const { ask, named } = storeOf(store).first;
  return createQuestions(service, url, ask(since, now), named);
}

/** The first question that names a time decides; none: why the first was refused, or that nothing is there. */
function chooseReading(asked: AskedStore, answers: Map<string, HttpAnswer>, choose: Choice): Reading {
  const { service, questions } = asked;
  let note: string | undefined;
  for (const { key } of questions) {
    const answer = readTimes(asked, answers.get(key));
    const time = answer.times.length > 0 ? choose(answer.times) : undefined;
    if (time !== undefined)
      return {
        service,
        at: new Date(time).toISOString(),
        note: '',
      };
    note ??= answer.refusal;
  }
  return {
    service,
    at: null,
    note: note ?? 'it holds no sample in that time',
  };
}

function readTimes({ store }: StoreService, answer: HttpAnswer | undefined): { times: number[]; refusal?: string } {
  const refusal = explainRefusal(answer);
  if (refusal !== undefined) return { times: [], refusal };
  const { body } = answer!;
  try {
    const times = storeOf(store).readTimes(body);
    return { times: times.filter((time) => time > 0) };
  } catch {
    return { times: [], refusal: `not JSON: ${body.slice(0, 60)}` };
  }
}
