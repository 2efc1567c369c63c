import { join } from 'node:path';
import { Rendering, SERVICES } from './rendering';

const REGISTRY = 'dkr.ecr.ap-northeast-2.amazonaws.com';
const SECRET_PREFIX = 'arn:aws:secretsmanager:ap-northeast-2';
const DIGEST = `sha256:${'a'.repeat(64)}`;
let rendering: Rendering;

beforeEach(() => {
  rendering = new Rendering();
});

/** Keys of a plan whose Grafana reads a secret, whole or a key of it. */
function withSecret(valueFrom: string) {
  const secret = {
    name: 'lgtm/keys',
    from: { env: 'KEYS' },
  };
  return {
    secrets: [secret],
    services: {
      loki: { tag: 'v7' },
      grafana: { secrets: { KEYS: valueFrom } },
    },
  };
}

function imagesOf(services: string[]): string[] {
  return services.map((service) => `image of ${service}`);
}

test('it says what it wrote, what nobody looked up, that tags are left out and what to type next', async () => {
  const { code, out } = await rendering.run(withSecret('lgtm/keys'));
  const lines = out.replaceAll(rendering.folder, '…').split('\n');
  expect(code).toBe(0);
  expect(lines.slice(0, 6)).toEqual([
    'wrote …/out/mimir.json   lgtm-mimir, duties off',
    'wrote …/out/loki.json   lgtm-loki, duties off',
    'wrote …/out/tempo.json   lgtm-tempo, duties off',
    'wrote …/out/pyroscope.json   lgtm-pyroscope, duties off',
    'wrote …/out/grafana.json   lgtm-grafana, duties off',
    'wrote …/out/alloy-collector.json   lgtm-alloy-collector, duties off',
  ]);
  const open = [...imagesOf(SERVICES), 'secret lgtm/keys'];
  expect(lines.slice(6)).toEqual([
    `not looked up, so an image stands by its tag and a secret without its suffix: ${open.join(', ')}`,
    'tags left out: the workflow adds lgtm-migrate:migration and lgtm-migrate:run when it registers one',
    'next: aws ecs register-task-definition --cli-input-json file://…/out/mimir.json',
    '',
  ]);
});

test('what nobody looked up stands by its name: an image by its tag, a secret without its suffix', async () => {
  await rendering.run(withSecret('lgtm/keys:password'));
  const account = '123456789012';
  const { image } = rendering.container('loki');
  const { secrets } = rendering.container('grafana');
  expect(image).toBe(`${account}.${REGISTRY}/lgtm-loki:v7`);
  expect(secrets).toEqual([
    {
      name: 'KEYS',
      valueFrom: `${SECRET_PREFIX}:${account}:secret:lgtm/keys:password::`,
    },
  ]);
});

describe('a file with what the account knows', () => {
  const account = '210987654321';
  const valueFrom = `${SECRET_PREFIX}:${account}:secret:lgtm/keys-AbCdEf`;
  const image = `${account}.${REGISTRY}/lgtm-grafana@${DIGEST}`;
  const known = {
    account,
    images: { grafana: image },
    secrets: { 'lgtm/keys': valueFrom },
  };
  const keys = {
    ...withSecret('lgtm/keys'),
    account: undefined,
  };

  test('fills in account, digests and suffixes', async () => {
    await rendering.run(keys, known);
    const { executionRoleArn } = rendering.definition('grafana');
    expect(executionRoleArn).toBe(`arn:aws:iam::${account}:role/ecsTaskExecutionRole`);
    expect(rendering.container('grafana')).toMatchObject({
      image,
      secrets: [{ name: 'KEYS', valueFrom }],
    });
  });

  test('leaves open what it does not name, and --json says so beside each definition', async () => {
    const { out } = await rendering.run(keys, known, '--json');
    const document = JSON.parse(out) as Record<string, unknown>;
    const others = SERVICES.filter((service) => service !== 'grafana');
    const grafana = {
      service: 'grafana',
      path: join(rendering.folder, 'out/grafana.json'),
      definition: rendering.definition('grafana'),
    };
    expect(document).toEqual({
      account,
      duties: 'off',
      files: expect.arrayContaining([grafana]) as unknown,
      open: imagesOf(others),
    });
  });
});

test('with --duties on it writes what the workflow registers once the hosts have stopped', async () => {
  const keys = { ingestion: { dualWrite: true } };
  const { code } = await rendering.run(keys, undefined, '--duties', 'on');
  const mimir = rendering.environment('mimir');
  const alloy = rendering.environment('alloy-collector');
  expect(code).toBe(0);
  expect(mimir).toMatchObject({
    COMPACTOR: 'on',
    RULER: 'on',
  });
  expect(alloy['DUAL_WRITE']).toBe('off');
});

interface BadInput {
  is: string;
  keys?: Record<string, unknown>;
  known?: unknown;
  words?: string[];
  says: string;
}

const BAD_INPUT: BadInput[] = [
  {
    is: 'no account',
    keys: { account: undefined },
    says: 'the account is not known; set account in the plan, or give --resolved live or a file that has one',
  },
  {
    is: 'another account',
    known: { account: '210987654321' },
    says: 'is for account 123456789012, --resolved',
  },
  {
    is: 'a digest that is none',
    known: { images: { mimir: 'lgtm-mimir:latest' } },
    says: 'images.mimir: ',
  },
  {
    is: 'a file that is no JSON',
    known: 'account: 1',
    says: "can't be read",
  },
  {
    is: 'a service that the plan does not have',
    known: { images: { kibana: `x@${DIGEST}` } },
    says: 'names kibana, which the plan does not; correct it',
  },
  {
    is: 'unknown duties',
    words: ['--duties', 'maybe'],
    says: '--duties maybe is unknown; take off',
  },
  {
    is: 'dual write to nobody knows where',
    keys: { ingestion: { dualWrite: true } },
    says: 'where the old stores answer is not known; set ingestion.oldHost, or give --resolved live',
  },
];

test.each(BAD_INPUT)('$is is bad input and writes nothing', async (input) => {
  const { keys = {}, known, words = [], says } = input;
  const { code, out, err } = await rendering.run(keys, known, ...words);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(says);
  expect(rendering.files).not.toContain('out');
});

test('a folder of images that is not there is named, with the way out', async () => {
  const images = { context: '/nowhere' };
  const { code, err } = await rendering.run({ images });
  expect(code).toBe(1);
  expect(err).toContain('there is no /nowhere/mimir/Dockerfile on this build host; set images.context');
});
