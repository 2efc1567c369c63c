import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse, stringify } from 'yaml';
import { emulatorPython } from '../../lab/tools';

const ROOT = join(__dirname, '../..');
const FILES = ['alloy-collector.json', 'grafana.json', 'loki.json', 'mimir.json', 'pyroscope.json', 'tempo.json'];
const DIGEST = `sha256:${'a'.repeat(64)}`;
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lgtm-migrate-render-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The command line where nobody answers for AWS or Temporal, started in the project's root unless told otherwise. */
function cli(args: string[], cwd = ROOT) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', pathToFileURL(require.resolve('tsx')).href, join(ROOT, 'src/client.ts'), ...args],
    {
      cwd,
      encoding: 'utf8',
      env: {
        ...process.env,
        TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json'),
        NODE_NO_WARNINGS: '1',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
        TEMPORAL_ADDRESS: '127.0.0.1:1',
      },
    },
  );
  return { code: status, out: stdout, err: stderr };
}

/** A plan file: the example with other keys. */
function plan(keys: Record<string, unknown> = {}): string {
  const example = parse(readFileSync(join(ROOT, 'examples/lgtm.yaml'), 'utf8')) as Record<string, unknown>;
  const file = join(folder, 'migration.yaml');
  writeFileSync(file, stringify({ ...example, images: { context: join(ROOT, 'dockerfiles') }, ...keys }));
  return file;
}

function resolved(content: unknown): string {
  const file = join(folder, 'resolved.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const render = (file: string, ...more: string[]) => cli(['render', '-f', file, '-o', join(folder, 'out'), ...more]);
const rendered = (name: string) =>
  JSON.parse(readFileSync(join(folder, 'out', name), 'utf8')) as {
    executionRoleArn: string;
    containerDefinitions: {
      image: string;
      environment: { name: string; value: string }[];
      secrets?: { name: string; valueFrom: string }[];
    }[];
  };

test('the task definitions that are checked in are those of the example as it is now: npm run render', () => {
  expect(render(join(ROOT, 'examples/lgtm.yaml'))).toMatchObject({ code: 0, err: '' });
  expect(readdirSync(join(ROOT, 'task-definitions')).sort()).toEqual(FILES);
  for (const name of FILES)
    expect([name, readFileSync(join(ROOT, 'task-definitions', name), 'utf8')]).toEqual([
      name,
      readFileSync(join(folder, 'out', name), 'utf8'),
    ]);
});

test("each is an input that AWS's own model of RegisterTaskDefinition takes, with no key that it does not know", () => {
  const check = `
import json, sys
import botocore.session
from botocore.validate import ParamValidator
shape = botocore.session.get_session().get_service_model('ecs').operation_model('RegisterTaskDefinition').input_shape
print(json.dumps([ParamValidator().validate(json.load(open(name)), shape).generate_report() for name in sys.argv[1:]]))`;
  const validated = (...files: string[]) =>
    JSON.parse(spawnSync(emulatorPython, ['-c', check, ...files], { encoding: 'utf8' }).stdout) as string[];
  expect(validated(...FILES.map((name) => join(ROOT, 'task-definitions', name)))).toEqual(FILES.map(() => ''));
  expect(validated(resolved({ family: 'x', containerDefinitions: [{ name: 'x', sidecars: true }] }))[0]).toContain(
    'Unknown parameter',
  );
});

test('it says what it wrote, what nobody looked up, that tags are left out and what to type next', () => {
  const { code, out } = render(
    plan({
      secrets: [{ name: 'lgtm/keys', from: { env: 'KEYS' } }],
      services: { loki: { tag: 'v7' }, grafana: { secrets: { PASSWORD: 'lgtm/keys:password' } } },
    }),
  );
  expect(code).toBe(0);
  expect(out.split('\n').map((line) => line.replaceAll(folder, '…'))).toEqual([
    ...['mimir', 'loki', 'tempo', 'pyroscope', 'grafana', 'alloy-collector'].map(
      (name) => `wrote …/out/${name}.json   lgtm-${name}, duties off`,
    ),
    'not looked up, so an image stands by its tag and a secret without its suffix: image of mimir, image of loki, image of tempo, image of pyroscope, image of grafana, image of alloy, secret lgtm/keys',
    'tags left out: the workflow adds lgtm-migrate:migration and lgtm-migrate:run when it registers one',
    'next: aws ecs register-task-definition --cli-input-json file://…/out/mimir.json',
    '',
  ]);
  expect(rendered('loki.json').containerDefinitions[0]!.image).toBe(
    '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/lgtm-loki:v7',
  );
  expect(rendered('grafana.json').containerDefinitions[0]!.secrets).toEqual([
    { name: 'PASSWORD', valueFrom: 'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:lgtm/keys:password::' },
  ]);
});

test('a file with what the account knows fills in account, digests and suffixes', () => {
  const arn = 'arn:aws:secretsmanager:ap-northeast-2:210987654321:secret:lgtm/keys-AbCdEf';
  const image = `210987654321.dkr.ecr.ap-northeast-2.amazonaws.com/lgtm-grafana@${DIGEST}`;
  const file = plan({
    account: undefined,
    secrets: [{ name: 'lgtm/keys', from: { env: 'KEYS' } }],
    services: { grafana: { secrets: { KEYS: 'lgtm/keys' } } },
  });
  const { code, out } = render(
    file,
    '--json',
    '--resolved',
    resolved({ account: '210987654321', images: { grafana: image }, secrets: { 'lgtm/keys': arn } }),
  );
  expect(code).toBe(0);
  const { account, files, open } = JSON.parse(out) as {
    account: string;
    files: { service: string; definition: unknown }[];
    open: string[];
  };
  expect([account, files.length, open]).toEqual([
    '210987654321',
    6,
    ['mimir', 'loki', 'tempo', 'pyroscope', 'alloy'].map((name) => `image of ${name}`),
  ]);
  const grafana = rendered('grafana.json');
  expect(files.find(({ service }) => service === 'grafana')!.definition).toEqual(grafana);
  expect(grafana).toMatchObject({
    executionRoleArn: 'arn:aws:iam::210987654321:role/ecsTaskExecutionRole',
    containerDefinitions: [{ image, secrets: [{ name: 'KEYS', valueFrom: arn }] }],
  });
});

test('with --duties on it writes what the workflow registers once the hosts have stopped', () => {
  expect(render(plan({ ingestion: { dualWrite: true } }), '--duties', 'on').code).toBe(0);
  const of = (name: string) =>
    Object.fromEntries(
      rendered(name).containerDefinitions[0]!.environment.map((variable) => [variable.name, variable.value]),
    );
  expect([of('mimir.json'), of('alloy-collector.json')]).toMatchObject([
    { COMPACTOR: 'on', RULER: 'on' },
    { DUAL_WRITE: 'off' },
  ]);
});

test.each<[string, Record<string, unknown>, unknown, string[], string]>([
  [
    'no account',
    { account: undefined },
    undefined,
    [],
    'the account is not known; set account in the plan, or give --resolved live or a file that has one',
  ],
  ['another account', {}, { account: '210987654321' }, [], 'is for account 123456789012, --resolved'],
  ['a digest that is none', {}, { images: { mimir: 'lgtm-mimir:latest' } }, [], 'images.mimir: '],
  ['a file that is no JSON', {}, 'account: 1', [], "can't be read"],
  [
    'a service that the plan does not have',
    {},
    { images: { kibana: `x@${DIGEST}` } },
    [],
    'names kibana, which the plan does not; correct it',
  ],
  ['unknown duties', {}, undefined, ['--duties', 'maybe'], '--duties maybe is unknown; take off'],
  [
    'dual write to nobody knows where',
    { ingestion: { dualWrite: true } },
    undefined,
    [],
    'where the old stores answer is not known; set ingestion.oldHost, or give --resolved live',
  ],
])('%s is bad input and writes nothing', (_, keys, content, more, said) => {
  const { code, out, err } = render(
    plan(keys),
    ...more,
    ...(content === undefined ? [] : ['--resolved', resolved(content)]),
  );
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(said);
  expect(readdirSync(folder)).not.toContain('out');
});

test('a folder of images that is not there is named, with the way out', () => {
  const { code, err } = cli(['render', '-f', join(ROOT, 'examples/lgtm.yaml')], folder);
  expect(code).toBe(1);
  expect(err).toContain(
    `there is no ${join(folder, 'dockerfiles/mimir/Dockerfile')} on this build host; set images.context, or start in the folder that holds dockerfiles`,
  );
});
