import { GIVEN, read, start, startWith } from './configuration';

const DIRECTORIES = ['single', 'dual'] as const;
const NAMED = ['LOG_LEVEL', 'DOMAIN', 'MIMIR_URL', 'LOKI_URL', 'TEMPO_OTLP_URL', 'PYROSCOPE_URL'];
const OLD = ['OLD_MIMIR_URL', 'OLD_LOKI_URL', 'OLD_TEMPO_OTLP_URL', 'OLD_PYROSCOPE_URL'];

const REFERENCE = /\b((?:otelcol|prometheus|loki|pyroscope|discovery)(?:\.\w+)+)\.(?:input|receiver|targets)\b/g;
/** What a list of receivers has for the old host. */
const OLD_RECEIVER = /, [\w.]*\.old_[\w.]+(?=\])/g;
const EXPERIMENTAL = /\bwal \{|loki\.write "\w+" \{[^}]*queue_config/g;

/** Where senders other than OTLP's come in. */
const DOORS: [component: string, port: number][] = [
  ['prometheus.receive_http.door', 9090],
  ['loki.source.api.door', 3101],
  ['pyroscope.receive_http.door', 4041],
];
const SERVICE_PORTS: [service: string, port: number][] = [
  ['mimir', 9009],
  ['loki', 3100],
  ['tempo', 3200],
  ['pyroscope', 4040],
  ['grafana', 3000],
];

/** A file without its comments. */
function readCode(...path: string[]): string {
  return read('alloy', ...path).replace(/^\s*\/\/.*$/gm, '');
}

/** Alloy loads a folder as one configuration. */
function load(directory: string): string {
  return readCode('all', 'stores.alloy') + readCode(directory, 'doors.alloy');
}

function listComponents(configuration: string): string[] {
  const blocks = configuration.matchAll(/^([a-z_]+(?:\.[a-z_0-9]+)+) "(\w+)" \{/gm);
  return [...blocks].map(([, kind, label]) => `${kind}.${label}`);
}

/** What stands between the braces of a component. */
function blockOf(configuration: string, component: string): string {
  const lastDot = component.lastIndexOf('.');
  const kind = component.slice(0, lastDot).replaceAll('.', '\\.');
  const label = component.slice(lastDot + 1);
  const pattern = new RegExp(`^${kind} "${label}" \\{\n([\\s\\S]*?)^\\}`, 'm');
  const match = pattern.exec(configuration);
  return match![1]!;
}

/** Captures of a pattern, in order. */
function captures(configuration: string, pattern: RegExp): string[] {
  return [...configuration.matchAll(pattern)].map(([, name]) => name!);
}

describe.each(DIRECTORIES)('Alloy, %s', (directory) => {
  const configuration = load(directory);

  test('closes every block it opens', () => {
    const withoutTexts = configuration.replace(/"(\\.|[^"\\])*"/g, '');
    let depth = 0;
    for (const brace of withoutTexts.match(/[{}]/g)!) {
      depth += brace === '{' ? 1 : -1;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
  });

  test('names every component once and refers to no other', () => {
    const names = listComponents(configuration);
    const references = captures(configuration, REFERENCE);
    const unknown = references.filter((name) => !names.includes(name));
    expect(names).toEqual([...new Set(names)]);
    expect(unknown).toEqual([]);
    expect(references.length).toBeGreaterThan(10);
  });

  test('reads only variables that the documentation lists', () => {
    const variables = new Set(captures(configuration, /sys\.env\("(\w+)"\)/g));
    const documented = directory === 'dual' ? [...NAMED, ...OLD] : NAMED;
    expect([...variables].sort()).toEqual([...documented].sort());
  });

  test('takes OTLP, remote write, Loki push and profiles on every interface', () => {
    const otlp = blockOf(configuration, 'otelcol.receiver.otlp.door');
    expect(otlp).toMatch(/"0\.0\.0\.0:4317"[\s\S]*"0\.0\.0\.0:4318"/);
    for (const [component, port] of DOORS) {
      const door = blockOf(configuration, component);
      expect(door).toContain('listen_address = "0.0.0.0"');
      expect(door).toMatch(new RegExp(`listen_port\\s*= ${port}$`, 'm'));
    }
  });

  test('queues and retries towards this stack for half an hour, and never blocks a sender', () => {
    for (const store of ['mimir', 'loki', 'tempo']) {
      const exporter = blockOf(configuration, `otelcol.exporter.otlphttp.${store}`);
      expect(exporter).toMatch(/block_on_overflow = false/);
      expect(exporter).toMatch(/max_elapsed_time = "30m"/);
    }
    expect(blockOf(configuration, 'prometheus.remote_write.mimir')).toMatch(/queue_config/);
    expect(blockOf(configuration, 'loki.write.loki')).toMatch(/max_backoff_retries = 60/);
  });

  test('turns senders away before the task runs out of memory', () =>
    expect(blockOf(configuration, 'otelcol.processor.memory_limiter.guard')).toMatch(/limit_percentage\s+= 75/));

  test('scrapes every task of the stack', () => {
    for (const [service, port] of SERVICE_PORTS) {
      const discovery = blockOf(configuration, `discovery.dns.${service}`);
      expect(discovery).toContain(`names = ["${service}." + sys.env("DOMAIN")]`);
      expect(discovery).toContain(`port  = ${port}`);
    }
  });
});

test('dual write changes the lists of receivers and nothing else of the doors', () => {
  const dual = readCode('dual', 'doors.alloy');
  const single = readCode('single', 'doors.alloy');
  const [ours] = dual.split('otelcol.exporter.otlphttp "old_mimir"');
  const withoutOld = ours!.replace(OLD_RECEIVER, '');
  expect(withoutOld.trim()).toBe(single.trim());
  expect(dual.match(OLD_RECEIVER)).toHaveLength(6);
});

test('an old host that is gone is given up soon: it never holds up the new side', () => {
  const dual = load('dual');
  for (const store of ['mimir', 'loki', 'tempo']) {
    const exporter = blockOf(dual, `otelcol.exporter.otlphttp.old_${store}`);
    expect(exporter).toContain('max_elapsed_time = "30s"');
  }
  expect(blockOf(dual, 'loki.write.old_loki')).toMatch(/remote_timeout\s+= "2s"[\s\S]*max_backoff_retries = 2/);
  expect(blockOf(dual, 'pyroscope.write.old_store')).toMatch(/max_backoff_retries = 1/);
});

test('takes no setting that Alloy calls experimental', () => {
  expect(load('dual')).not.toMatch(EXPERIMENTAL);
});

describe('the entrypoint of Alloy', () => {
  test('loads the doors of a stack that stands alone', () => {
    const { environment } = start('alloy', GIVEN);
    expect(environment['CONFIGURATION']).toBe('/etc/alloy/single');
  });

  test('loads the doors to both sides when DUAL_WRITE is on, at the ports that an LGTM host has', () => {
    const { environment } = startWith('alloy', {
      DUAL_WRITE: 'on',
      OLD_HOST: '10.0.1.7',
      OLD_LOKI_URL: 'http://logs.old:80',
    });
    expect(environment).toMatchObject({
      CONFIGURATION: '/etc/alloy/dual',
      OLD_MIMIR_URL: 'http://10.0.1.7:9009',
      OLD_LOKI_URL: 'http://logs.old:80',
      OLD_TEMPO_OTLP_URL: 'http://10.0.1.7:4318',
      OLD_PYROSCOPE_URL: 'http://10.0.1.7:4040',
    });
  });

  test.each([
    [{ DOMAIN: '' }, 'DOMAIN is not set'],
    [
      { DUAL_WRITE: 'on' },
      'DUAL_WRITE is on and neither OLD_HOST nor OLD_MIMIR_URL is set; name the old host, or set DUAL_WRITE to off',
    ],
    [{ DUAL_WRITE: 'yes' }, 'DUAL_WRITE is "yes"; it must be on or off'],
  ])('refuses %j', (given, message) => {
    const { status, said } = startWith('alloy', given);
    expect(status).toBe(64);
    expect(said).toContain(message);
  });
});
