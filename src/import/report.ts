import { formatPlace } from './place';
import type { ComponentReport, HostReport, ReportDocument, ServiceReport } from './document';
import { grafanaUses, noPlanIsWritten, planIs, schemaPeriodsOf } from './texts';

type Cell = string | null | undefined;

/** The report for people, in Markdown. */
export function renderReport(document: ReportDocument): string {
  const { components, others, hosts, plan } = document;
  const services = [...components.flatMap((component) => component.services), ...others];
  const lines = [
    '# What is there',
    '',
    plan ? planIs(plan) : noPlanIsWritten(),
    '',
    ...renderFindings(document),
    ...renderImages(components),
    ...renderStorage(components),
    ...renderDatabase(components),
    ...renderStores(components),
    ...renderSchemas(components),
    ...renderPorts(services),
    ...renderVolumes(services),
    ...renderEnvironment(services),
    ...renderHosts(hosts),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function renderTable(head: string[], rows: Cell[][]): string[] {
  if (rows.length === 0) return ['none', ''];
  const rule = '---|'.repeat(head.length);
  return [`| ${head.join(' | ')} |`, `|${rule}`, ...rows.map(renderRow), ''];
}

function renderRow(row: Cell[]): string {
  return `| ${row.map(renderCell).join(' | ')} |`;
}

/** A bar or a line break would end the cell. */
function renderCell(cell: Cell): string {
  const text = cell ?? '–';
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function renderFindings({ findings }: ReportDocument): string[] {
  const failures = findings.filter((finding) => finding.level === 'fail');
  const warnings = findings.filter((finding) => finding.level === 'warn');
  const refused = failures.filter((failure) => !failure.accepted);
  const accepted = failures.filter((failure) => failure.accepted);
  return [
    ...['## Would break', '', ...renderFindingTable(refused)],
    ...(accepted.length > 0 ? ['## Accepted', '', ...renderFindingTable(accepted)] : []),
    ...['## Would change', '', ...renderFindingTable(warnings)],
  ];
}

function renderFindingTable(findings: ReportDocument['findings']): string[] {
  const head = ['what', 'where', 'why', 'way out'];
  const rows = findings.map((finding) => {
    const { id, message, fix } = finding;
    return [id, formatPlace(finding), message, fix];
  });
  return renderTable(head, rows);
}

function renderImages(components: ComponentReport[]): string[] {
  const head = ['service', 'image', 'version', 'runs', 'pin of a new stack'];
  const rows = components.map(({ name, image, version, running, pin }) => [name, image, version, running, pin]);
  return ['## Images', '', ...renderTable(head, rows)];
}

function renderStorage(components: ComponentReport[]): string[] {
  const head = ['service', 'data', 'backend', 'bucket', 'prefix', 'region', 'where'];
  const rows = components.flatMap(({ name, storage = [] }) =>
    storage.map(({ what, backend, bucket, prefix, region, place }) => [
      name,
      what,
      backend,
      bucket,
      prefix || '(none)',
      region,
      place,
    ]),
  );
  return ['## Storage', '', ...renderTable(head, rows)];
}

function renderDatabase(components: ComponentReport[]): string[] {
  return components.flatMap(({ database }) => {
    if (!database) return [];
    return [grafanaUses(database), ''];
  });
}

function renderStores(components: ComponentReport[]): string[] {
  const head = ['service', 'retention', 'tenants', 'ring', 'replication factor'];
  const stores = components.filter((component) => component.storage);
  const rows = stores.map(({ name, retention, tenants, ring }) => [
    name,
    retention,
    tenants,
    ring?.store,
    ring?.replicationFactor,
  ]);
  return ['## Retention, tenants, rings', '', ...renderTable(head, rows)];
}

function renderSchemas(components: ComponentReport[]): string[] {
  return components.flatMap(({ name, schema }) => {
    if (!schema) return [];
    const periods = schema.map((period) => JSON.stringify(period));
    return [schemaPeriodsOf(name), '', '```json', ...periods, '```', ''];
  });
}

function renderPorts(services: ServiceReport[]): string[] {
  const head = ['service', 'published → in the container'];
  const rows = services.map((service) => [service.name, renderPortList(service)]);
  return ['## Ports', '', ...renderTable(head, rows)];
}

function renderPortList({ ports, networkMode }: ServiceReport): string {
  if (networkMode === 'host') return "the host's own";
  const arrows = ports.map((port) => port.replace(/:(\d+\/)/, ' → $1'));
  return arrows.join(', ') || 'none';
}

function renderVolumes(services: ServiceReport[]): string[] {
  const head = ['service', 'volume'];
  const rows = services.flatMap(({ name, volumes }) => volumes.map((volume) => [name, volume]));
  return ['## Volumes', '', ...renderTable(head, rows)];
}

function renderEnvironment(services: ServiceReport[]): string[] {
  const head = ['service', 'variable', 'value'];
  const rows = services.flatMap(({ name, environment }) => {
    const variables = Object.entries(environment);
    return variables.map(([variable, value]) => [name, variable, value]);
  });
  return ['## Environment', '', ...renderTable(head, rows)];
}

function renderHosts(hosts: HostReport[]): string[] {
  const head = ['instance', 'service', 'image', 'state'];
  const rows = hosts.flatMap(listContainers);
  return ['## On the hosts', '', ...renderTable(head, rows)];
}

function listContainers({ instance, unreachable, containers }: HostReport): Cell[][] {
  if (unreachable) return [[instance, null, null, unreachable]];
  return containers.map(({ service, image, state, health }) => {
    const condition = health ? `${state}, ${health}` : state;
    return [instance, service, image, condition];
  });
}
