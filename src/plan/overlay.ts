import { LGTM_SERVICES, LGTM_SIGNALS, ONE_AT_A_TIME } from './defaults';

type Loose = Record<string, unknown>;

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NOTHING = {
  services: {},
  analysis: { signals: {} },
};

/**
 * What a plan file means with the LGTM defaults beneath it, not yet checked. A service or signal set to
 * `null` is dropped; `stack: none` starts from nothing, for a stack that is not LGTM.
 */
export function addDefaults(given: unknown): unknown {
  if (!isObject(given)) return given;
  const { stack, ...keys } = given;
  switch (stack) {
    case undefined:
    case 'lgtm':
      return giveSendersTheirIngest(giveGrafanaItsHost(layOver(defaultsFor(keys), keys)));
    case 'none':
      return giveSendersTheirIngest(layOver(NOTHING, keys));
    default:
      // no stack of ours: the schema names the key, which it does not know
      return { ...layOver(NOTHING, keys), stack };
  }
}

function defaultsFor({ domain, grafana }: Loose): Loose {
  const stack = {
    services: isOnEfs(grafana) ? withOneGrafana() : LGTM_SERVICES,
    analysis: { signals: LGTM_SIGNALS },
  };
  if (typeof domain !== 'string') return stack;
  const record = { name: `grafana.${domain}`, service: 'grafana' };
  return { ...stack, records: [record] };
}

function isOnEfs(grafana: unknown): boolean {
  return isObject(grafana) && isObject(grafana['target']) && grafana['target']['efs'] !== undefined;
}

/** SQLite on EFS allows one writer. */
function withOneGrafana(): Loose {
  const grafana = {
    ...LGTM_SERVICES.grafana,
    deployment: ONE_AT_A_TIME,
  };
  return {
    ...LGTM_SERVICES,
    grafana,
  };
}

function layOver(defaults: Loose, given: Loose): Loose {
  const plan = mergeObjects(defaults, given);
  const { services, analysis } = plan;
  return {
    ...plan,
    services: dropNulls(services),
    analysis: isObject(analysis) ? dropNullSignals(analysis) : analysis,
  };
}

function mergeObjects(defaults: Loose, given: Loose): Loose {
  const keys = new Set([...Object.keys(defaults), ...Object.keys(given)]);
  const merged = [...keys].map((key) => {
    return [key, override(defaults[key], given[key])];
  });
  return Object.fromEntries(merged) as Loose;
}

/**
 * Objects are merged, everything else is replaced:
 * how a plan file overrides the defaults.
 */
function override(inherited: unknown, given: unknown): unknown {
  if (given === undefined) return inherited;
  if (!isObject(inherited) || !isObject(given)) return given;
  return mergeObjects(inherited, given);
}

function dropNullSignals(analysis: Loose): Loose {
  return { ...analysis, signals: dropNulls(analysis['signals']) };
}

function dropNulls(entries: unknown): unknown {
  if (!isObject(entries)) return entries;
  const kept = Object.entries(entries).filter(([, entry]) => entry !== null);
  return Object.fromEntries(kept);
}

/**
 * Grafana answers on the name that its default record has,
 * unless the plan gives it another.
 */
function giveGrafanaItsHost(plan: Loose): Loose {
  const { services, domain } = plan;
  if (!isObject(services) || typeof domain !== 'string') return plan;
  const { grafana } = services;
  if (!isObject(grafana)) return plan;
  const { expose } = grafana;
  if (!isObject(expose) || expose['host'] !== undefined) return plan;
  const exposed = { ...expose, host: `grafana.${domain}` };
  return {
    ...plan,
    services: { ...services, grafana: { ...grafana, expose: exposed } },
  };
}

/** A name that leads senders to the ingest wants one. */
function giveSendersTheirIngest(plan: Loose): Loose {
  const { records, ingest } = plan;
  const leadsSenders =
    Array.isArray(records) && records.some((record) => isObject(record) && record['to'] === 'ingest');
  return ingest === undefined && leadsSenders ? { ...plan, ingest: {} } : plan;
}
