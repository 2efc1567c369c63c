import type { ComponentReport, HostReport, ReportDocument, ServiceReport } from './document';
import { renderCarried } from './images/report';
import { formatPlace } from './place';
import { grafanaUses, noPlanIsWritten, planIs, schemaPeriodsOf } from './texts';

type Findings = ReportDocument['findings'];
/** The cells of a row by the names of their columns. */
type Row = Record<string, string | null | undefined>;

/** The report for people, in Markdown. */
export function renderReport(document: ReportDocument): string {
  const { components, others, hosts, plan } = document;
  const own = components.flatMap((component) => component.services);
  const services = [...own, ...others];
  const lines = [
    '# What is there',
    '',
    plan ? planIs(plan) : noPlanIsWritten(),
    '',
    ...renderFindings(document.findings),
    ...renderImages(components),
    ...renderCarried(document),
    ...renderStorage(components),
    ...renderDatabase(components),
    ...renderStores(components),
    ...renderSchemas(components),
    ...renderPorts(services),
    ...renderVolumes(services),
    ...renderEnvironment(services),
    ...renderHosts(hosts),
  ];
  const text = lines.join('\n');
  return `${text.trimEnd()}\n`;
}

/** A heading and a table; the first row's keys are the names of the columns. */
function renderTable(heading: string, rows: Row[]): string[] {
  const lines = [`## ${heading}`, ''];
  const [first] = rows;
  if (!first) return [...lines, 'none', ''];
  const columns = Object.keys(first);
  const rule = '---|'.repeat(columns.length);
  lines.push(renderRow(columns));
  lines.push(`|${rule}`);
  for (const row of rows) {
    const cells = Object.values(row).map(renderCell);
    lines.push(renderRow(cells));
  }
  lines.push('');
  return lines;
}

function renderRow(cells: string[]): string {
  const row = cells.join(' | ');
  return `| ${row} |`;
}

/** A bar or a line break would end the cell. */
function renderCell(cell: Row[string]): string {
  const text = cell ?? '–';
  const line = text.replaceAll('\n', ' ');
  return line.replaceAll('|', '\\|');
}

function renderFindings(findings: Findings): string[] {
  const failures = findings.filter(({ level }) => level === 'fail');
  const warnings = findings.filter(({ level }) => level === 'warn');
  const refused = failures.filter((failure) => !failure.accepted);
  const accepted = failures.filter((failure) => failure.accepted);
  const lines = renderFindingTable('Would break', refused);
  if (accepted.length > 0) lines.push(...renderFindingTable('Accepted', accepted));
  lines.push(...renderFindingTable('Would change', warnings));
  return lines;
}

function renderFindingTable(heading: string, findings: Findings): string[] {
  const rows = findings.map((finding) => ({
    what: finding.id,
    where: formatPlace(finding),
    why: finding.message,
    'way out': finding.fix,
  }));
  return renderTable(heading, rows);
}

function renderImages(components: ComponentReport[]): string[] {
  const rows = components.map((component) => ({
    service: component.name,
    image: component.image,
    version: component.version,
    runs: component.running,
    'pin of a new stack': component.pin,
  }));
  return renderTable('Images', rows);
}

function renderStorage(components: ComponentReport[]): string[] {
  const rows = components.flatMap(listStorage);
  return renderTable('Storage', rows);
}

function listStorage({ name, storage = [] }: ComponentReport): Row[] {
  return storage.map((entry) => ({
    service: name,
    data: entry.what,
    backend: entry.backend,
    bucket: entry.bucket,
    prefix: entry.prefix || '(none)',
    region: entry.region,
    where: entry.place,
  }));
}

function renderDatabase(components: ComponentReport[]): string[] {
  const databases = components.flatMap((component) => component.database ?? []);
  return databases.flatMap((database) => [grafanaUses(database), '']);
}

function renderStores(components: ComponentReport[]): string[] {
  const stores = components.filter((component) => component.storage);
  const rows = stores.map((store) => ({
    service: store.name,
    retention: store.retention,
    tenants: store.tenants,
    ring: store.ring?.store,
    'replication factor': store.ring?.replicationFactor,
  }));
  return renderTable('Retention, tenants, rings', rows);
}

function renderSchemas(components: ComponentReport[]): string[] {
  const lines: string[] = [];
  for (const { name, schema } of components) {
    if (!schema) continue;
    const periods = schema.map((period) => JSON.stringify(period));
    lines.push(schemaPeriodsOf(name), '');
    lines.push('```json', ...periods, '```', '');
  }
  return lines;
}

function renderPorts(services: ServiceReport[]): string[] {
  const rows = services.map((service) => ({
    service: service.name,
    'published → in the container': describePorts(service),
  }));
  return renderTable('Ports', rows);
}

function describePorts({ ports, networkMode }: ServiceReport): string {
  if (networkMode === 'host') return "the host's own";
  const arrows = ports.map(drawArrow);
  return arrows.join(', ') || 'none';
}

/** `9009:9009/tcp` → `9009 → 9009/tcp` */
function drawArrow(port: string): string {
  return port.replace(/:(\d+\/)/, ' → $1');
}

function renderVolumes(services: ServiceReport[]): string[] {
  const rows = services.flatMap(({ name, volumes }) =>
    volumes.map((volume) => ({
      service: name,
      volume,
    })),
  );
  return renderTable('Volumes', rows);
}

function renderEnvironment(services: ServiceReport[]): string[] {
  const rows = services.flatMap(({ name, environment }) =>
    Object.entries(environment).map(([variable, value]) => ({
      service: name,
      variable,
      value,
    })),
  );
  return renderTable('Environment', rows);
}

function renderHosts(hosts: HostReport[]): string[] {
  const rows = hosts.flatMap(listContainers);
  return renderTable('On the hosts', rows);
}

function listContainers({ instance, unreachable, containers }: HostReport): Row[] {
  if (unreachable) return [listUnreachable(instance, unreachable)];
  return containers.map(({ service, image, state, health }) => ({
    instance,
    service,
    image,
    state: health ? `${state}, ${health}` : state,
  }));
}

function listUnreachable(instance: string, reason: string): Row {
  return {
    instance,
    service: null,
    image: null,
    state: reason,
  };
}
