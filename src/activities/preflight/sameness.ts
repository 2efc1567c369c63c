import type { Finding } from '../../contract/findings';
import { makeEnvironment } from '../../plan/definition';
import type { Plan } from '../../plan/schema';
import { isStoreName, storeOf } from '../../stores';
import { isInS3, type Backend } from '../../stores/backend';
import type { Store } from '../../stores/store';
import { failAs, pass } from './finding';
import type { StoreHoldings } from './holding';
import * as say from './texts/sameness';

/** By which findings of this kind are known: what differs stays a failure where the hosts stay, too. */
export const SAMENESS = 'sameness';

/** One thing that both sides must have alike. */
interface Difference {
  check: string;
  host: string;
  ecs: string;
}

/** What a service of the plan does on ECS. */
interface Target {
  service: string;
  store: Store;
  environment: Record<string, string>;
  /** what its bucket does by itself: none of the images asks S3 for more; undefined: not known */
  encryption: string | undefined;
}

/**
 * What the hosts' stores write and how, against what ECS will: by the plan, and by what dockerfiles/ makes of it. With
 * another place ECS finds nothing of what was, with other periods it reads the same objects wrongly.
 * @param encryption what the plan's bucket does by itself
 */
export function compareStores(plan: Plan, stores: StoreHoldings[], encryption: string | undefined): Finding[] {
  return stores.flatMap((holdings) => {
    const target = findTarget(plan, holdings.service, encryption);
    return target && holdings.setup ? compareStore(target, holdings) : [];
  });
}

function findTarget(plan: Plan, component: string, encryption: string | undefined): Target | undefined {
  if (!isStoreName(component)) return undefined;
  const names = Object.keys(plan.services).filter((name) => plan.services[name]!.store === component);
  const service = names.find((name) => name === component) ?? names[0];
  if (service === undefined) return undefined;
  return {
    service,
    store: storeOf(component),
    environment: makeEnvironment(plan, service, 'off'),
    encryption,
  };
}

function compareStore(target: Target, holdings: StoreHoldings): Finding[] {
  const places = holdings.backends.filter((backend) => isInS3(backend) && !backend.isImplied);
  const differences = [
    ...places.flatMap((backend) => comparePlace(target, holdings, backend)),
    ...comparePeriods(target, holdings),
    ...compareTenants(target, holdings),
  ];
  if (differences.length === 0) return places.length > 0 ? [pass(SAMENESS, say.saySame(holdings))] : [];
  const told = new Map(differences.map((difference) => [JSON.stringify(difference), difference]));
  return [...told.values()].map(({ check, host, ecs }) => {
    const id = `${holdings.service}/${check}`;
    const message = say.sayDifference(holdings, check, host, ecs);
    const fix = say.fixDifference(id, target.service);
    return failAs(id, SAMENESS, message, fix);
  });
}

function comparePlace(
  { store, environment, encryption }: Target,
  holdings: StoreHoldings,
  found: Backend,
): Difference[] {
  const { S3_BUCKET: bucket = '', S3_PREFIX: main = store.image.prefix } = environment;
  const isMain = found.what === holdings.backends[0]?.what;
  const prefix = isMain ? main : store.image.readOtherPrefixes?.(environment)[found.what];
  // the images keep it nowhere in S3
  if (prefix === undefined) return [];
  const ofHost = say.nameEncryption(found.encryption ?? encryption);
  const ofBucket = say.nameEncryption(encryption);
  const compared = [
    {
      check: 'bucket',
      host: found.spread ?? found.bucket ?? '',
      ecs: bucket,
    },
    {
      check: 'prefix',
      host: say.namePrefix(found.what, found.prefix),
      ecs: say.namePrefix(found.what, prefix),
    },
    {
      check: 'encryption',
      host: ofHost,
      ecs: ofBucket,
    },
  ];
  return compared.filter(({ host, ecs }) => host !== ecs);
}

/** Whether S3 has what a store is there for; what lies on a disk has findings of its own, and ECS reads none of it. */
function keepsInS3(backends: Backend[]): boolean {
  const [main] = backends;
  return backends.some((backend) => backend.what === main?.what && isInS3(backend));
}

/** A period of a day that is still to come may be ECS's alone: it is how a schema is changed. */
function comparePeriods({ store, environment }: Target, { backends, setup }: StoreHoldings): Difference[] {
  const host = setup?.periods;
  if (!store.schema || !host || host.length === 0 || !keepsInS3(backends)) return [];
  const today = new Date().toISOString().slice(0, 10);
  const isToCome = (period: string) => period.startsWith('from ') && period.slice(5, 15) > today;
  const ecs = store.schema.describeImage(environment);
  const due = ecs.filter((period) => host.includes(period) || !isToCome(period));
  const [here, there] = [host.join('; '), due.join('; ')];
  if (here === there) return [];
  return [
    {
      check: 'schema',
      host: here,
      ecs: there,
    },
  ];
}

function compareTenants({ store }: Target, { setup }: StoreHoldings): Difference[] {
  // without multi-tenancy, which the images have off, all is the default's
  const { byDefault } = store.tenancy.single;
  const { tenant } = setup!;
  if (tenant === byDefault) return [];
  return [
    {
      check: 'tenants',
      host: tenant,
      ecs: byDefault,
    },
  ];
}
