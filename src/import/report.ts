import { relative } from 'node:path';
import { runningImage, type Component, type Inventory } from './read/inventory';
import type { Finding, Place } from './problem';
import { shown } from './secret-looking';
import type { Service } from './read/service';
import { PINS } from '../plan/components';

export interface Outcome {
  findings: Finding[];
  accepted: Finding[];
  /** the plan file, when one was written */
  plan?: string;
}

const at = ({ file, line }: Place) => `${file}:${line}`;

function service(
  root: string,
  { name, file, line, ports, volumes, environment, health, networkMode, replicas, memory }: Service,
) {
  const inside = (source: string) => (source.startsWith(`${root}/`) ? `./${relative(root, source)}` : source);
  return {
    name,
    place: at({ file, line }),
    replicas,
    ports: ports.map(({ address, published, target, protocol }) =>
      `${address ? `${address}:` : ''}${published ?? ''}:${target}/${protocol}`.replace(/^:/, ''),
    ),
    volumes: volumes.map(
      ({ type, source, target }) => `${type} ${source ? inside(source) : '(anonymous)'} → ${target}`,
    ),
    environment: Object.fromEntries(
      [...environment].map(([variable, { value }]) => [variable, shown(variable, value)]),
    ),
    ...(health ? { healthCheck: health.value.join(' ') } : {}),
    ...(networkMode ? { networkMode: networkMode.value } : {}),
    ...(memory ? { memoryGB: memory.value } : {}),
  };
}

function component(inventory: Inventory, found: Component) {
  const { name, image, version, services, stores, grafana } = found;
  const store = stores[0];
  const running = runningImage(found, inventory.running);
  return {
    name,
    image: image?.value ?? null,
    version: version ?? null,
    pin: PINS[name],
    running: running ?? null,
    services: services.map((each) => service(inventory.root, each)),
    ...(store
      ? {
          configuration: store.settings.yaml?.file ?? null,
          storage: store.storages.map(({ what, backend, bucket, prefix, region, endpoint, ...place }) => ({
            what,
            backend,
            bucket: bucket ?? null,
            prefix,
            region: region ?? null,
            endpoint: endpoint ?? null,
            place: at(place),
          })),
          retention: store.retention.value === '0s' ? 'for ever' : store.retention.value,
          tenants: store.tenants.value.several ? 'several' : store.tenants.value.single,
          ring: { store: store.ring.value.store, replicationFactor: store.ring.value.replicationFactor || 'default' },
          ...(store.periods ? { schema: store.periods.value } : {}),
        }
      : {}),
    ...(grafana ? { database: grafana.database.value } : {}),
  };
}

/** The report as one JSON document. No value of a secret-looking variable is in it. */
export function reportDocument(inventory: Inventory, { findings, accepted, plan }: Outcome) {
  return {
    files: inventory.compose.files,
    components: inventory.components.map((each) => component(inventory, each)),
    others: inventory.others.map((each) => ({ ...service(inventory.root, each), image: each.image?.value ?? null })),
    hosts: inventory.running.map(({ instance, unreachable, containers }) => ({
      instance,
      unreachable: unreachable ?? null,
      containers: containers.map(({ Service, Image, State, Health }) => ({
        service: Service,
        image: Image ?? null,
        state: State,
        health: Health ?? null,
      })),
    })),
    findings: findings.map((finding) => ({ ...finding, accepted: accepted.includes(finding) })),
    plan: plan ?? null,
  };
}
export type ReportDocument = ReturnType<typeof reportDocument>;

const cell = (value: unknown) =>
  String(value ?? '–')
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ');
const table = (head: string[], rows: unknown[][]) =>
  rows.length === 0
    ? ['none', '']
    : [
        `| ${head.join(' | ')} |`,
        `|${'---|'.repeat(head.length)}`,
        ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
        '',
      ];

/** The same for people, in Markdown. */
export function reportMarkdown(document: ReportDocument): string {
  const { components, others, hosts, findings, plan } = document;
  const stores = components.filter((each) => each.storage);
  const services = [...components.flatMap((each) => each.services), ...others];
  const level = (wanted: string, accepted: boolean) =>
    table(
      ['what', 'where', 'why', 'way out'],
      findings
        .filter((each) => each.level === wanted && each.accepted === accepted)
        .map(({ id, file, line, message, fix }) => [id, at({ file, line }), message, fix]),
    );
  return (
    [
      '# What is there',
      '',
      plan ? `The plan is ${plan}.` : 'No plan was written: see what would break.',
      '',
      '## Would break',
      '',
      ...level('fail', false),
      ...(findings.some(({ accepted }) => accepted) ? ['## Accepted', '', ...level('fail', true)] : []),
      '## Would change',
      '',
      ...level('warn', false),
      '## Images',
      '',
      ...table(
        ['service', 'image', 'version', 'runs', 'pin of a new stack'],
        components.map(({ name, image, version, running, pin }) => [name, image, version, running, pin]),
      ),
      '## Storage',
      '',
      ...table(
        ['service', 'data', 'backend', 'bucket', 'prefix', 'region', 'where'],
        stores.flatMap(({ name, storage }) =>
          storage!.map(({ what, backend, bucket, prefix, region, place }) => [
            name,
            what,
            backend,
            bucket,
            prefix || '(none)',
            region,
            place,
          ]),
        ),
      ),
      ...components.flatMap(({ database }) =>
        database ? [`Grafana's database: ${database.type}${database.host ? ` at ${database.host}` : ''}`, ''] : [],
      ),
      '## Retention, tenants, rings',
      '',
      ...table(
        ['service', 'retention', 'tenants', 'ring', 'replication factor'],
        stores.map(({ name, retention, tenants, ring }) => [
          name,
          retention,
          tenants,
          ring!.store,
          ring!.replicationFactor,
        ]),
      ),
      ...stores.flatMap(({ schema }) =>
        schema
          ? ["Loki's schema periods:", '', '```json', ...schema.map((period) => JSON.stringify(period)), '```', '']
          : [],
      ),
      '## Ports',
      '',
      ...table(
        ['service', 'published → in the container'],
        services.map(({ name, ports, networkMode }) => [
          name,
          networkMode === 'host'
            ? "the host's own"
            : ports.map((port) => port.replace(/:(\d+\/)/, ' → $1')).join(', ') || 'none',
        ]),
      ),
      '## Volumes',
      '',
      ...table(
        ['service', 'volume'],
        services.flatMap(({ name, volumes }) => volumes.map((volume) => [name, volume])),
      ),
      '## Environment',
      '',
      ...table(
        ['service', 'variable', 'value'],
        services.flatMap(({ name, environment }) =>
          Object.entries(environment).map(([variable, value]) => [name, variable, value]),
        ),
      ),
      '## On the hosts',
      '',
      ...table(
        ['instance', 'service', 'image', 'state'],
        hosts.flatMap(({ instance, unreachable, containers }) =>
          unreachable
            ? [[instance, '–', '–', unreachable]]
            : containers.map((each) => [
                instance,
                each.service,
                each.image,
                [each.state, each.health].filter(Boolean).join(', '),
              ]),
        ),
      ),
    ]
      .join('\n')
      .trimEnd() + '\n'
  );
}
