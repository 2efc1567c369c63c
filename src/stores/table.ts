import { STORE_NAMES, storeOf, type StoreName } from '.';
import type { StoreRequest } from './endpoint';

/** What is read from an answer. */
export type AnswerKind = 'ready' | 'configuration' | 'flush' | 'metrics' | 'ring' | 'times';

/** One thing that the product asks of a store. */
export interface Row {
  store: StoreName;
  /** of its answers: test/stores/answers/<store>-<version>/<name>.body */
  name: string;
  kind: AnswerKind;
  request: StoreRequest;
  /** where it was seen: a version that answered so, or a source */
  seen: string;
}

/** Everything that the product asks of the stores. @param since of the first sample @param now of both */
export function listRows(since: Date, now: Date): Row[] {
  return STORE_NAMES.flatMap((store) => listRowsOf(store, since, now));
}

function listRowsOf(store: StoreName, since: Date, now: Date): Row[] {
  const { ready, configuration, flush, metrics, ringPage, newest, first } = storeOf(store);
  const row = (kind: AnswerKind, name: string, request: StoreRequest, seen: string): Row => ({
    store,
    name,
    kind,
    request,
    seen,
  });
  const all = (kind: AnswerKind, name: string, requests: StoreRequest[], seen: string) =>
    requests.map((request, index) => row(kind, index === 0 ? name : `${name}-${index + 1}`, request, seen));
  return [
    row('ready', 'ready', ready.request, ready.seen),
    ...all('configuration', 'configuration', configuration.requests, configuration.seen),
    row('flush', 'flush', flush.request, flush.seen),
    row('metrics', 'metrics', metrics.request, metrics.seen),
    ...(ringPage ? [row('ring', 'ring', ringPage.request, ringPage.seen)] : []),
    ...all('times', 'newest', newest.ask(now), newest.seen),
    ...all('times', 'first', first.ask(since, now), first.seen),
  ];
}
