import { readFileSync } from 'node:fs';
import * as folder from './folder';
import { importFolder } from './results';

const { editExample, EXAMPLE } = folder;

test('the example becomes a plan of what differs from the defaults', () => {
  const { planText } = importFolder(EXAMPLE);
  const fixture = folder.findFixture('plan/example.yaml');
  const expected = readFileSync(fixture, 'utf8');
  const [, stack] = planText.split(/^(?=secrets:)/m);
  expect(stack).toBe(expected);
});

test('senders have an ingest, whose ports preflight finds on the hosts', () => {
  const { ingest } = importFolder(EXAMPLE).plan;
  expect(ingest).toMatchObject({ name: 'lgtm-ingest' });
  expect(ingest).not.toHaveProperty('ports');
});

test('what the plan does not say is the default', () => {
  const { plan } = importFolder(EXAMPLE);
  const mimir = plan.services['mimir'];
  expect(plan.bucket).toBe('sys-lgtm-s3');
  expect(plan.region).toBe('ap-northeast-2');
  expect(mimir?.count).toBe(3);
});

describe('where the old stack reads and writes, the plan lets the new one', () => {
  const root = editExample(
    {
      file: '.env',
      from: 'ap-northeast-2',
      to: 'eu-west-1',
    },
    {
      file: '.env',
      from: 'sys-lgtm-s3',
      to: 'old-bucket',
    },
    {
      file: folder.MIMIR_CONFIG,
      from: '  storage_prefix: mimirblocks\n',
      to: '',
    },
    {
      file: folder.MIMIR,
      from: 'mem_limit: 4g',
      to: 'deploy: { replicas: 5 }',
    },
    {
      file: folder.PYROSCOPE,
      from: /services:[\s\S]*/,
      to: 'services: {}\n',
    },
  );
  const { plan } = importFolder(root);
  const mimir = plan.services['mimir'];

  test('region and bucket are those of the storage', () => {
    expect(plan.region).toBe('eu-west-1');
    expect(plan.bucket).toBe('old-bucket');
  });

  test('as many tasks run as replicas do, where those are more', () => {
    expect(mimir?.count).toBe(5);
  });

  test('a service that is not there is none of the plan', () => {
    expect(plan.services).not.toHaveProperty('pyroscope');
  });
});

describe("Grafana's SQLite, with a file system named", () => {
  const efs = 'fs-0123456789abcdef0';
  const root = editExample(folder.WITH_SQLITE);
  const { plan } = importFolder(root, efs);

  test('moves there', () => {
    expect(plan.grafana).toEqual({
      database: 'move',
      service: 'grafana',
      target: {
        efs,
        directory: '/lgtm-grafana',
      },
    });
  });

  test('leaves no setting of another database', () => {
    const grafana = plan.services['grafana'];
    const variables = Object.keys(grafana?.environment ?? {});
    expect(variables).toEqual(['GF_SERVER_ROOT_URL', 'GF_UNIFIED_ALERTING_ENABLED']);
  });

  test('leaves no password of another database', () => {
    const names = plan.secrets.map((secret) => secret.name);
    expect(names).toEqual(['lgtm/grafana-security-secret-key']);
  });
});

test('a loss that is accepted stands in the plan, with its reason', () => {
  const root = editExample(folder.WITH_LOCAL_TRACES);
  const { plan, planText } = importFolder(root);
  const reason = 'tempo keeps its traces on the backend local';
  expect(planText).toContain(`\n# Accepted: tempo/filesystem: ${reason}`);
  expect(plan.data.accept).toEqual(['tempo/filesystem']);
});
