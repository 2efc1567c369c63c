import { parse } from 'yaml';
import type { ComponentImage } from '../../../src/import/images/component';
import * as folder from '../folder';
import { importFolder } from '../results';

const { editExample, EXAMPLE, LOKI, LOKI_CONFIG, MIMIR, MIMIR_CONFIG, PYROSCOPE_CONFIG, TEMPO_CONFIG } = folder;
const STORES = ['mimir', 'loki', 'tempo', 'pyroscope'];

interface Edited {
  image: ComponentImage;
  text: string;
  settings: Record<string, Record<string, unknown>>;
}

/** A store's own configuration in its image. */
function configure(root: string, component: string): Edited {
  const image = importFolder(root).images.find(({ name }) => name === component)!;
  const text = image.files.find(({ path }) => path === `${component}.yaml`)!.content;
  return {
    image,
    text,
    settings: parse(text, { merge: true }) as Edited['settings'],
  };
}

describe.each(STORES)('the configuration of %s', (component) => {
  const { image, text } = configure(EXAMPLE, component);

  test('loses no key without a reason', () => {
    expect(image.carried?.keys).toMatchObject({ dropped: 0 });
    expect(image.carried?.keys.kept).toBeGreaterThan(9);
  });

  test('has the reason above what was changed', () => {
    const added = image.carried!.diff.split('\n').filter((line) => /^\+\s+\S+: \$\{TASK_IP\}/.test(line));
    expect(added.length).toBe(component === 'tempo' ? 0 : added.length);
    expect(text).toMatch(/# (a task's disk is lost with it|what a stopped task has shipped)/);
  });

  test('comes in the frame of the shipped image', () => {
    const dockerfile = image.files.find(({ path }) => path === 'Dockerfile')!.content;
    expect(dockerfile).toMatch(/^ENTRYPOINT .*entrypoint\.sh/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
    expect(dockerfile).toMatch(/^USER 10001:10001$/m);
  });
});

test('the plan builds from the folders, and its variables are those that the files read', () => {
  const { plan } = importFolder(EXAMPLE);
  expect(plan.images.context).toBe('images');
  expect(plan.services['mimir']!.environment).toEqual({ MIMIR_RETENTION: '1y' });
  expect(plan.services['loki']!.environment).toEqual({
    LOG_LEVEL: 'info',
    LOKI_RETENTION: '744h',
    // not read by the image: preflight compares the hosts' periods with it
    LOKI_SCHEMA: expect.stringContaining('"v12"') as string,
  });
});

test('retention by stream, limits and comments stay as they are', () => {
  const root = editExample({
    file: LOKI_CONFIG,
    from: '  retention_period:',
    to:
      '  # errors for a year\n' +
      '  retention_stream: [{ selector: \'{level="error"}\', priority: 1, period: 8760h }]\n  retention_period:',
  });
  const { settings, text } = configure(root, 'loki');
  expect(text).toContain('  # errors for a year\n');
  expect(settings['limits_config']).toEqual({
    retention_stream: [{ selector: '{level="error"}', priority: 1, period: '8760h' }],
    retention_period: '${LOKI_RETENTION:-744h}',
  });
});

test('a ring, a gossip and addresses of the host are not joined', () => {
  const root = editExample({
    file: MIMIR_CONFIG,
    from: 'ingester:\n  ring:\n',
    to: [
      'memberlist: { join_members: [mimir-1, mimir-2], bind_addr: [10.0.0.1] }',
      'ingester:',
      '  ring:',
      '    instance_interface_names: [eth0]',
      '    zone_awareness_enabled: true',
      '',
    ].join('\n'),
  });
  const { settings, text, image } = configure(root, 'mimir');
  expect(settings['memberlist']).toMatchObject({ join_members: ['dns+mimir.${DOMAIN}:7946'] });
  expect(settings['memberlist']).not.toHaveProperty('bind_addr');
  expect(settings['ingester']!['ring']).not.toHaveProperty('instance_interface_names');
  expect(text).toContain('zone_awareness_enabled is taken out: ');
  expect(image.carried!.keys.dropped).toBe(0);
});

test('what comes by an anchor is changed for itself, and kept beside', () => {
  const root = editExample({
    file: MIMIR_CONFIG,
    from: 'ingester:\n  ring:\n    replication_factor: 1\n    kvstore:\n      store: memberlist\n',
    to: [
      'x-ring: &ring',
      '  heartbeat_period: 7s',
      '  kvstore: { store: consul, consul: { host: "consul:8500" } }',
      'ingester:',
      '  ring: *ring',
      'distributor:',
      '  ring:',
      '    <<: *ring',
      '',
    ].join('\n'),
  });
  const { settings } = configure(root, 'mimir');
  for (const component of ['ingester', 'distributor']) {
    expect(settings[component]!['ring']).toMatchObject({
      heartbeat_period: '7s',
      instance_addr: '${TASK_IP}',
      kvstore: {
        store: 'memberlist',
        consul: { host: 'consul:8500' },
      },
    });
  }
});

test('flags stay flags, but those that would overrule what is changed', () => {
  const root = editExample({
    file: LOKI,
    from: '-config.expand-env=true"',
    to: [
      '-config.expand-env=true -memberlist.join=loki-1 -memberlist.join=loki-2 -server.http-listen-port=80',
      '-ring.store=consul -limits.max-streams 5 -ruler.enable-api"',
    ].join(' '),
  });
  const { image } = configure(root, 'loki');
  const { flags } = image.carried!;
  expect(flags.words).toEqual(['-limits.max-streams=5', '-ruler.enable-api']);
  expect(flags.takenOut.map(({ name }) => name).slice(2)).toEqual([
    'memberlist.join',
    'memberlist.join',
    'server.http-listen-port',
    'ring.store',
  ]);
});

test('where the host expands no variables a dollar sign stays one', () => {
  const root = editExample(
    {
      file: LOKI,
      from: ' -config.expand-env=true',
      to: '',
    },
    {
      file: LOKI_CONFIG,
      from: 'limits_config:\n',
      to: "limits_config:\n  # costs $5\n  blocked_queries: [{ pattern: 'x$$', regex: true }]\n",
    },
  );
  const { text, image } = configure(root, 'loki');
  const switches = image.files.find(({ path }) => path === 'switches.sh')!.content;
  expect(text).toContain('# costs ${LGTM_DOLLAR}5');
  expect(text).toContain('x${LGTM_DOLLAR}');
  expect(text).toContain('${LGTM_DOLLAR}{S3_BUCKET}');
  expect(switches).toContain("export LGTM_DOLLAR='$'");
});

test('a variable of the host that means something else on ECS gets a name of its own', () => {
  const root = editExample(
    {
      file: LOKI_CONFIG,
      from: 'analytics:',
      to: 'ruler:\n  external_url: https://logs.${DOMAIN}\nanalytics:',
    },
    {
      file: LOKI,
      from: '      REGION: ${REGION}\n',
      to: '      REGION: ${REGION}\n      DOMAIN: acme.example\n',
    },
  );
  const { plan } = importFolder(root);
  expect(configure(root, 'loki').text).toContain('https://logs.${HOST_DOMAIN}');
  expect(plan.services['loki']!.environment).toMatchObject({ HOST_DOMAIN: 'acme.example' });
});

test('a neighbour has the name and the port that it has on ECS', () => {
  const root = editExample({
    file: TEMPO_CONFIG,
    from: 'usage_report:',
    to: 'metrics_generator:\n  storage:\n    remote_write: [{ url: "http://mimir:8080/api/v1/push" }]\nusage_report:',
  });
  expect(configure(root, 'tempo').text).toContain('http://mimir.${DOMAIN}:9009/api/v1/push');
});

test('what is no YAML before its variables are expanded is a failure, and gets the shipped image', () => {
  const root = editExample({
    file: PYROSCOPE_CONFIG,
    from: /  s3:\n(    .*\n)+/,
    to: '  s3: { bucket_name: ${S3_BUCKET}, region: ${REGION}, endpoint: s3.amazonaws.com }\n',
  });
  const { document, images } = importFolder(root);
  const ids = document.findings.map(({ id }) => id);
  expect(ids).toContain('pyroscope/unexpanded');
  expect(images.find(({ name }) => name === 'pyroscope')!.shipped).toContain('shipped image');
});

test('a filesystem whose loss is accepted becomes S3, not a disk of a task', () => {
  const root = editExample(folder.WITH_LOCAL_TRACES);
  const { settings } = configure(root, 'tempo');
  const { trace } = settings['storage'] as Record<string, Record<string, unknown>>;
  expect(trace).toMatchObject({ backend: 's3' });
});

test('rules of Loki that are files stay files where its chunks go to S3', () => {
  const root = editExample(
    {
      file: LOKI,
      from: '    volumes:\n',
      to: '    volumes:\n      - ./rules:/rules:ro\n',
    },
    {
      file: LOKI_CONFIG,
      from: /common:\n/,
      to: 'ruler:\n  enable_api: true\ncommon:\n',
    },
    {
      file: LOKI_CONFIG,
      from: /  storage:\n    s3:\n(      .*\n)+/,
      to: '  storage:\n    filesystem: { chunks_directory: /loki/chunks, rules_directory: /rules }\n',
    },
    {
      file: LOKI_CONFIG,
      from: 'object_store: s3',
      to: 'object_store: filesystem',
    },
  );
  folder.addFile(root, 'loki/rules/fake/alerts.yaml', 'groups: []\n');
  const { image, settings } = configure(root, 'loki');
  expect(image.files.map(({ path }) => path)).toContain('files/rules/fake/alerts.yaml');
  expect(settings['ruler']!['storage']).toEqual({
    type: 'local',
    local: { directory: '/rules' },
  });
  expect(settings['common']!['storage']).toMatchObject({ s3: { bucketnames: '${S3_BUCKET}' } });
});

test('a lifecycler takes neither its name nor its zone from the host', () => {
  const root = editExample({
    file: TEMPO_CONFIG,
    from: '  lifecycler:\n',
    to: '  lifecycler:\n    id: tempo-1\n    port: 9095\n    availability_zone: a\n    min_ready_duration: 7s\n',
  });
  const { settings } = configure(root, 'tempo');
  expect(settings['ingester']!['lifecycler']).toMatchObject({ min_ready_duration: '7s' });
  for (const key of ['id', 'port', 'availability_zone']) {
    expect(settings['ingester']!['lifecycler']).not.toHaveProperty(key);
  }
});

test('queriers have a ring from the version on that knows it', () => {
  const at = (version: string) => {
    const root = editExample({
      file: MIMIR,
      from: /image: grafana\/mimir:\S+/,
      to: `image: grafana/mimir:${version}`,
    });
    return configure(root, 'mimir').settings['querier'];
  };
  expect(at('3.0.6')).not.toHaveProperty('ring');
  expect(at('3.1.0')).toHaveProperty('ring');
});

test('the report says what keeps the shipped image', () => {
  const { markdown } = importFolder(EXAMPLE);
  expect(markdown).toMatch(/### grafana\n\n.* it gets the shipped image\n/);
  expect(markdown).toMatch(/### alloy\n\n.* it gets the shipped image\n/);
  expect(markdown).toMatch(/mimir-config\.yaml: 16 keys kept, 3 changed, .* 0 dropped/);
});
