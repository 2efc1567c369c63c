import type { Reading } from '../../analysis/handover';
import type { InputOf } from '../../contract/activities';
import type { HostStack } from '../../contract/hosts';
import type { StoreService } from '../../contract/stores';
import { storeOf } from '../../stores';
import { readGoDuration } from '../../stores/settings';
import type { StoreRequest } from '../../stores/endpoint';
import { readTimes } from '../../stores/times';
import type { Deps } from '../clients';
import { escaped } from '../curl';
import { componentOf, findAddress } from '../host/component';
import { listContainers, type Container } from '../host/containers';
import { runScriptWell } from '../host/ssm';
import { askSetting, type RunningStore } from '../host/stores';
import { runProbe } from './probe';
import { explainRefusal, readAnswers, writeScript, type HttpAnswer, type HttpQuestion } from './script';

/** The questions to one store. */
interface AskedStore extends StoreService {
  questions: HttpQuestion[];
}

/** A host's, with the container that runs it; absent: none does. */
interface AskedOnHost extends AskedStore {
  /** the same as of before ECS took anything in */
  earlier: HttpQuestion[];
  place?: RunningStore;
}

/** Chooses among the times that a body names; undefined: none of them. */
type Choice = (times: number[]) => number | undefined;

/** On a host, through SSM: the newest sample of each store; one that can't say has the reason. */
export async function readNewestSamples(
  deps: Deps,
  { stores, before, ...stack }: InputOf<'readNewestSamples'>,
): Promise<Reading[]> {
  const { instanceId } = stack;
  const running = await listContainers(deps, stack);
  const now = new Date();
  const asked = stores.map((entry): AskedOnHost => {
    const container = findContainer(running, entry);
    if (!container)
      return {
        ...entry,
        questions: [],
        earlier: [],
      };
    return {
      ...entry,
      questions: askNewest(entry, container, now),
      earlier: before === undefined ? [] : askOwn(entry, container, new Date(before)),
      place: {
        instanceId,
        container,
        store: entry.store,
      },
    };
  });
  const ended = asked.every(({ place }) => place) ? [] : await listEnded(deps, stack);
  const questions = asked.flatMap((store) => [...store.questions, ...store.earlier]);
  const script = [writeScript(questions), 'true'].join('\n');
  const answers = readAnswers(await runScriptWell(deps, instanceId, 'newest samples', script));
  return Promise.all(
    asked.map(async (store) => {
      if (!store.place) return describeAbsence(store, instanceId, ended);
      const reading = chooseReading(store, answers, chooseNewest);
      const isShared = await mayBeOthers(deps, store.place, reading, now);
      if (!isShared) return reading;
      const { at: ownAt } = chooseReading(
        {
          ...store,
          questions: store.earlier,
        },
        answers,
        chooseNewest,
      );
      return {
        ...reading,
        isShared,
        ...(ownAt !== null && { ownAt }),
      };
    }),
  );
}

/** Containers that do not run. */
async function listEnded(deps: Deps, stack: HostStack): Promise<Container[]> {
  const all = await listContainers(deps, stack, {
    all: true,
  });
  return all.filter(({ State }) => State !== 'running');
}

/** A store that only does not run has taken in what nobody can ask it for now; one that the host has not is new on ECS. */
function describeAbsence(store: StoreService, instanceId: string, ended: Container[]): Reading {
  const { service } = store;
  const container = findContainer(ended, store);
  if (container) {
    return {
      service,
      at: null,
      note: `${container.Name} on ${instanceId} is ${container.State}, and what it held may not be in S3`,
    };
  }
  return {
    service,
    at: null,
    note: `no container of it runs on ${instanceId}`,
    isAbsent: true,
  };
}

const chooseNewest = (times: number[]): number => Math.max(...times);

/** Whether its newest sample may come from S3, where the other side writes too. */
async function mayBeOthers(deps: Deps, place: RunningStore, { at }: Reading, now: Date): Promise<boolean> {
  const { readsBucketAfter } = storeOf(place.store).newest;
  if (readsBucketAfter === undefined || at === null) return false;
  if (readsBucketAfter === 'any') return true;
  const setting = await askSetting(deps, place, readsBucketAfter.setting);
  // it may have come while it was asked for
  const ageSeconds = Math.max(0, (now.getTime() - Date.parse(at)) / 1000);
  return ageSeconds >= readGoDuration(setting ?? '0s');
}

/** The one of its name that runs this store; else whichever does. */
function findContainer(running: Container[], { service, store }: StoreService): Container | undefined {
  const candidates = running.filter((container) => componentOf(container) === store);
  return candidates.find(({ Service }) => Service === service) ?? candidates[0];
}

function askNewest(entry: StoreService, container: Container, now: Date): HttpQuestion[] {
  const { ask, isEnough } = storeOf(entry.store).newest;
  return createQuestions(entry, `http://${findAddress(container, entry.store)}`, ask(now), isEnough);
}

/** Of what also answers from S3: the newest of before ECS took anything in is its own. */
function askOwn(entry: StoreService, container: Container, before: Date): HttpQuestion[] {
  const { askBefore, isEnough } = storeOf(entry.store).newest;
  if (!askBefore) return [];
  const origin = `http://${findAddress(container, entry.store)}`;
  const questions = createQuestions(entry, origin, askBefore(before), isEnough);
  return questions.map((question) => ({
    ...question,
    key: `${question.key} before`,
  }));
}

/** The questions to one store: in order, and where one answer is enough until one names a time. */
function createQuestions(
  { service, store }: StoreService,
  origin: string,
  requests: StoreRequest[],
  isEnough = false,
): HttpQuestion[] {
  return requests.map((request, index) => ({
    key: `${service} ${index}`,
    origin,
    request,
    only: storeOf(store).times.pattern,
    isEnough: isEnough && index < requests.length - 1,
  }));
}

/** Through a probe: the first sample of each store at or after `since`. */
export async function readFirstSamples(deps: Deps, input: InputOf<'readFirstSamples'>): Promise<Reading[]> {
  const { probe, purpose, stores } = input;
  const [since, now] = [new Date(input.since), new Date(input.now)];
  const asked = stores.map(({ url, ...entry }) => ({
    ...entry,
    questions: askFirst(entry, escaped(url), since, now),
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

function askFirst(entry: StoreService, url: string, since: Date, now: Date): HttpQuestion[] {
  const { ask, isEnough } = storeOf(entry.store).first;
  return createQuestions(entry, url, ask(since, now), isEnough);
}

/** The first question that names a time decides; none: why the first was refused, or that nothing is there. */
function chooseReading(asked: AskedStore, answers: Map<string, HttpAnswer>, choose: Choice): Reading {
  const { service, questions } = asked;
  let note: string | undefined;
  for (const { key } of questions) {
    const answer = readAnswer(asked, answers.get(key));
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

function readAnswer({ store }: StoreService, answer: HttpAnswer | undefined): { times: number[]; refusal?: string } {
  const refusal = explainRefusal(answer);
  if (refusal !== undefined)
    return {
      times: [],
      refusal,
    };
  const { body } = answer!;
  const times = readTimes(storeOf(store).times, body);
  if (times.length > 0 || body.startsWith('{')) return { times };
  return {
    times,
    refusal: `answered no time of a sample: ${body.slice(0, 60)}`,
  };
}
