import { GIVEN, read, start } from './configuration';

const DIRECTORIES = ['single', 'dual'] as const;
const NAMED = ['LOG_LEVEL', 'DOMAIN', 'MIMIR_URL', 'LOKI_URL', 'TEMPO_OTLP_URL', 'PYROSCOPE_URL'];
const OLD = ['OLD_MIMIR_URL', 'OLD_LOKI_URL', 'OLD_TEMPO_OTLP_URL', 'OLD_PYROSCOPE_URL'];

const text = (...path: string[]) => read('alloy', ...path).replace(/^\s*\/\/.*$/gm, '');
/** Alloy loads a folder as one configuration. */
const loaded = (directory: string) => text('all', 'stores.alloy') + text(directory, 'doors.alloy');
const components = (configuration: string) =>
  [...configuration.matchAll(/^([a-z_]+(?:\.[a-z_0-9]+)+) "(\w+)" \{/gm)].map(([, kind, label]) => `${kind}.${label}`);
const block = (configuration: string, component: string) => {
  const [kind, label] = [
    component.slice(0, component.lastIndexOf('.')),
    component.slice(component.lastIndexOf('.') + 1),
  ];
  return new RegExp(`^${kind!.replaceAll('.', '\\.')} "${label}" \\{\n([\\s\\S]*?)^\\}`, 'm').exec(configuration)![1]!;
};

describe.each(DIRECTORIES)('Alloy, %s', (directory) => {
  const configuration = loaded(directory);

  test('closes every block it opens', () => {
    let depth = 0;
    for (const sign of configuration.replace(/"(\\.|[^"\\])*"/g, '').match(/[{}]/g)!)
      expect((depth += sign === '{' ? 1 : -1)).toBeGreaterThanOrEqual(0);
    expect(depth).toBe(0);
  });

  test('names every component once and refers to no other', () => {
    const names = components(configuration);
    expect(names).toEqual([...new Set(names)]);
    const references = [
      ...configuration.matchAll(
        /\b((?:otelcol|prometheus|loki|pyroscope|discovery)(?:\.\w+)+)\.(?:input|receiver|targets)\b/g,
      ),
    ].map(([, name]) => name!);
    expect(references.filter((name) => !names.includes(name))).toEqual([]);
    expect(references.length).toBeGreaterThan(10);
  });

  test('reads only variables that the documentation lists', () => {
    const read = new Set([...configuration.matchAll(/sys\.env\("(\w+)"\)/g)].map(([, name]) => name));
    expect([...read].sort()).toEqual([...NAMED, ...(directory === 'dual' ? OLD : [])].sort());
  });

  test('takes OTLP, remote write, Loki push and profiles on every interface', () => {
    expect(block(configuration, 'otelcol.receiver.otlp.door')).toMatch(/"0\.0\.0\.0:4317"[\s\S]*"0\.0\.0\.0:4318"/);
    for (const [component, port] of [
      ['prometheus.receive_http.door', 9090],
      ['loki.source.api.door', 3101],
      ['pyroscope.receive_http.door', 4041],
    ]) {
      expect(block(configuration, component as string)).toMatch(
        new RegExp(`listen_address = "0\\.0\\.0\\.0"\\s*listen_port\\s*= ${port}`),
      );
    }
  });

  test('queues and retries towards this stack for half an hour, and never blocks a sender', () => {
    for (const store of ['mimir', 'loki', 'tempo']) {
      const exporter = block(configuration, `otelcol.exporter.otlphttp.${store}`);
      expect(exporter).toMatch(/block_on_overflow = false/);
      expect(exporter).toMatch(/max_elapsed_time = "30m"/);
    }
    expect(block(configuration, 'prometheus.remote_write.mimir')).toMatch(/queue_config/);
    expect(block(configuration, 'loki.write.loki')).toMatch(/max_backoff_retries = 60/);
  });

  test('turns senders away before the task runs out of memory', () =>
    expect(block(configuration, 'otelcol.processor.memory_limiter.guard')).toMatch(/limit_percentage\s+= 75/));

  test('scrapes every task of the stack', () => {
    for (const [service, port] of [
      ['mimir', 9009],
      ['loki', 3100],
      ['tempo', 3200],
      ['pyroscope', 4040],
      ['grafana', 3000],
    ]) {
      expect(block(configuration, `discovery.dns.${service}`)).toContain(`names = ["${service}." + sys.env("DOMAIN")]`);
      expect(block(configuration, `discovery.dns.${service}`)).toMatch(new RegExp(`port  = ${port}`));
    }
  });
});

test('dual write changes the lists of receivers and nothing else of the doors', () => {
  const dual = text('dual', 'doors.alloy');
  const ours = dual
    .slice(0, dual.indexOf('otelcol.exporter.otlphttp "old_mimir"'))
    .replace(/, [\w.]*\.old_[\w.]+(?=\])/g, '');
  expect(ours.trim()).toBe(text('single', 'doors.alloy').trim());
  expect(dual.match(/, [\w.]*\.old_[\w.]+(?=\])/g)).toHaveLength(6);
});

test('an old host that is gone is given up soon: it never holds up the new side', () => {
  const dual = loaded('dual');
  for (const store of ['mimir', 'loki', 'tempo'])
    expect(block(dual, `otelcol.exporter.otlphttp.old_${store}`)).toMatch(/max_elapsed_time = "30s"/);
  expect(block(dual, 'loki.write.old_loki')).toMatch(/remote_timeout\s+= "2s"[\s\S]*max_backoff_retries = 2/);
  expect(block(dual, 'pyroscope.write.old_store')).toMatch(/max_backoff_retries = 1/);
});

test('takes no setting that Alloy calls experimental', () =>
  expect(loaded('dual').match(/\bwal \{|loki\.write "\w+" \{[^}]*queue_config/g)).toBeNull());

describe('the entrypoint of Alloy', () => {
  test('loads the doors of a stack that stands alone', () =>
    expect(start('alloy', GIVEN).environment['CONFIGURATION']).toBe('/etc/alloy/single'));

  test('loads the doors to both sides when DUAL_WRITE is on, at the ports that an LGTM host has', () => {
    const { environment } = start('alloy', {
      ...GIVEN,
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
  ])('refuses %j', (given, said) =>
    expect(start('alloy', { ...GIVEN, ...given })).toMatchObject({
      status: 64,
      said: expect.stringContaining(said) as string,
    }),
  );
});
