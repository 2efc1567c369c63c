import { STORE_NAMES, storeOf, type StoreName } from '.';
import type { StoreRequest } from './endpoint';

/** What is read from an answer. */
export type AnswerKind = 'ready' | 'configuration' | 'flush' | 'metrics' | 'ring' | 'times';

/** One thing that the product asks of a store. */
export interface Row {
  store: StoreName;
  name: string;
  /** of what answers it: test/stores/answers/<store>-<version>/<answer>.body; one question in other words answers alike */
  answer: string;
  kind: AnswerKind;
  request: StoreRequest;
  /** where it was seen: a version that answered so, or a source */
  seen: string;
  /** the first version that answers otherwise */
  until?: string;
}

type Place = Pick<Row, 'seen' | 'until'>;

/** Everything that the product asks of the stores. @param since of the first sample @param now of both */
export function listRows(since: Date, now: Date): Row[] {
  return STORE_NAMES.flatMap((store) => listRowsOf(store, since, now));
}

function listRowsOf(store: StoreName, since: Date, now: Date): Row[] {
  const { ready, configuration, flush, metrics, ringPage, newest, first } = storeOf(store);
  const row = (kind: AnswerKind, name: string, request: StoreRequest, { seen, until }: Place): Row => ({
    store,
    name,
    answer: kind === 'times' ? name.replace(/-\d+$/, '') : name,
    kind,
    request,
    seen,
    ...(until !== undefined && { until }),
  });
  const all = (kind: AnswerKind, name: string, requests: StoreRequest[], place: Place) =>
    requests.map((request, index) => row(kind, index === 0 ? name : `${name}-${index + 1}`, request, place));
  return [
    row('ready', 'ready', ready.request, ready),
    ...all('configuration', 'configuration', configuration.requests, configuration),
    row('flush', 'flush', flush.request, flush),
    row('metrics', 'metrics', metrics.request, metrics),
    ...(ringPage ? [row('ring', 'ring', ringPage.request, ringPage)] : []),
    ...all('times', 'newest', newest.ask(now), newest),
    ...all('times', 'first', first.ask(since, now), first),
  ];
}
