import type { MemoryAmount } from '../../analysis/memory';
import { ALWAYS_THERE, BUILD_INFO, readVersion, sumMetric } from '../../analysis/metrics';
import type { InputOf } from '../../contract/activities';
import type { StoreService } from '../../contract/stores';
import { storeOf } from '../../stores';
import { isPast } from '../../stores/version';
import type { Deps } from '../clients';
import { escaped } from '../curl';
import { addAddresses, runProbe } from './probe';
import { explainRefusal, readAnswers, writeScript, type HttpAnswer } from './script';

/** A store and the addresses of its tasks. */
export interface AskedStore extends StoreService {
  addresses: string[];
}

/** Through a probe: what each store holds only in memory, over all its tasks. */
export async function measureUnflushed(deps: Deps, input: InputOf<'measureUnflushed'>): Promise<MemoryAmount[]> {
  const { probe, purpose, stores } = input;
  const asked = await addAddresses(deps, probe.cluster, stores);
  const questions = asked.flatMap(({ service, store, port, addresses }) =>
    addresses.map((address) => ({
      key: `${service} ${address}`,
      origin: `http://${escaped(address)}:${port}`,
      request: storeOf(store).metrics.request,
      only: `^(${storeOf(store).metrics.memory.name}|${BUILD_INFO}|${ALWAYS_THERE})[{ ].*`,
    })),
  );
  const answers = readAnswers(await runProbe(deps, probe, purpose, writeScript(questions)));
  return asked.map((store) => sumAmounts(store, answers));
}

/** One task that does not say leaves the amount unknown. */
export function sumAmounts({ service, store, addresses }: AskedStore, answers: Map<string, HttpAnswer>): MemoryAmount {
  const { memory, until } = storeOf(store).metrics;
  const { unit, ...metric } = memory;
  const unknown = (note: string): MemoryAmount => ({
    service,
    amount: null,
    unit,
    note,
  });
  if (addresses.length === 0) return unknown('no task of it runs');
  let amount = 0;
  for (const address of addresses) {
    const answer = answers.get(`${service} ${address}`);
    const held = answer && sumMetric(answer.body, metric);
    if (held === undefined) return unknown(explainRefusal(answer) ?? `${address} has no ${metric.name}`);
    const version = readVersion(answer!.body);
    if (isPast(version, until)) return unknown(`it is ${store} ${version}, which counts otherwise since ${until}`);
    amount += held;
  }
  return {
    service,
    amount,
    unit,
    note: '',
  };
}
