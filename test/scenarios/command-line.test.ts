import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { until } from '../../lab/until';
import type { Finding } from '../../src/contract/findings';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const START_ONE = 'start one with lgtm-migrate worker (or set TEMPORAL_TASK_QUEUE)';
const NO_WORKER =
  `lgtm-migrate: no worker answers on task queue lgtm-migrate; ${START_ONE}: ` +
  'the migration stands still and loses nothing\n';
const NO_NAMESPACE =
  'lgtm-migrate: there is no namespace nowhere; set TEMPORAL_NAMESPACE, ' +
  'or make it: temporal operator namespace create --namespace nowhere\n';
const TERMINATED = new RegExp(
  String.raw`run \S+ of lgtm-prd is TERMINATED since \S+: it took nothing back, \d+ undos are left; ` +
    'lgtm-migrate recover -f PLAN says what stands and takes it back\n$',
);

test(
  'preflight on a host that SSM does not see says every finding with its fix, and changes nothing',
  scenario(
    {
      plan: {
        records: [
          {
            name: 'grafana.example.com',
            service: 'grafana',
            protocol: 'tcp',
            port: 4317,
          },
        ],
      },
    },
    async (operator) => {
      await operator.emulator.post('/settings', { ssm_agents: 0 });
      const { code, out } = await operator.cli('preflight', '-f', operator.lab.plan, '--json');
      expect(code).toBe(1);
      const { findings } = JSON.parse(out) as { findings: Finding[] };
      const failed = findings.filter(({ level }) => level === 'fail');
      expect(failed.map(({ check }) => check).sort()).toEqual(['record port', 'ssm']);
      expect(findings.filter(({ level, fix }) => level !== 'pass' && !fix)).toEqual([]);
      const calls = await operator.emulator.calls({ mutating: '1' });
      expect([...new Set(calls.map(({ action }) => action))]).toEqual(['SendCommand']);
    },
  ),
);

test(
  'an unknown name, a plan that is not there and an unknown command each have their sentence and exit code',
  scenario({}, async (operator) => {
    const unknown = await operator.cli('status', 'nobody');
    const err = 'lgtm-migrate: there is no migration nobody; see them with temporal workflow list\n';
    expect(unknown).toMatchObject({ code: 1, err });
    const noPlan = await operator.cli('validate', '-f', '/nowhere.yaml');
    const noCommand = await operator.cli('frobnicate');
    expect([noPlan.code, noCommand.code]).toEqual([2, 2]);
  }),
);

/** Interrupts a watch as soon as it has shown something. */
async function interruptWatch(operator: Operator): Promise<number> {
  const watching = operator.run(['watch', 'lgtm-prd']);
  await once(watching.child.stdout!, 'data');
  watching.child.kill('SIGINT');
  return (await operator.untilEnded('the end of the watch', watching)).code;
}

test(
  'an interrupted watch ends with 130, and what somebody terminated is told as such by every command',
  scenario({ plan: { shift: { approval: true } } }, async (operator) => {
    await operator.start();
    expect(await interruptWatch(operator)).toBe(130);

    await operator.untilWaitsFor('approval', '10 → 50 %');
    const watching = operator.run(['watch', 'lgtm-prd', '--json']);
    await operator.handle.terminate('by hand');
    const watched = await operator.untilEnded('the end of the watch', watching);
    expect([watched.code, watched.err]).toEqual([1, expect.stringMatching(TERMINATED)]);
    expect(JSON.parse(watched.out)).toMatchObject({
      outcome: null,
      weight: 10,
    });

    const shown = await operator.cli('status', 'lgtm-prd');
    expect([shown.code, shown.err]).toEqual([1, expect.stringMatching(TERMINATED)]);
    expect(shown.out).toContain('shift');
    const refused = await operator.cli('abort', 'lgtm-prd');
    expect(refused).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(TERMINATED) as string,
    });
  }),
);

test(
  'without a worker a word and a status say so and do not hang, and a watch goes on with the next worker',
  scenario({ plan: { shift: { approval: true } } }, async (operator) => {
    await operator.start();
    await operator.untilWaitsFor('approval');
    const watching = operator.run(['watch', 'lgtm-prd']);
    await until('the first screen of the watch', () => watching.ran.out !== '');
    await operator.lab.stopPart('worker', 'SIGKILL');
    const [word, status] = await Promise.all([
      operator.cli('approve', 'lgtm-prd'),
      operator.cli('status', 'lgtm-prd', '--json'),
    ]);
    expect([word, status]).toEqual(
      Array(2).fill({
        code: 1,
        out: '',
        err: NO_WORKER,
      }),
    );
    await until('the sentence in the watch', () => watching.ran.err.includes('still watching'));
    await operator.lab.startWorker();
    await operator.say('abort');
    const watched = await operator.untilEnded('the end of the watch', watching);
    expect(watched.code).toBe(3);
    expect(watched.err).toContain('the migration stands still and loses nothing; still watching');
    expect(watched.out).toContain('ended rolled-back');
  }),
);

test(
  'a namespace that is not there is named with the command that makes it',
  scenario({}, async (operator) => {
    for (const words of [
      ['status', 'lgtm-prd'],
      ['start', '-f', operator.lab.plan],
    ]) {
      const { code, err } = await operator.run(words, { TEMPORAL_NAMESPACE: 'nowhere' }).ended;
      expect([code, err]).toEqual([1, NO_NAMESPACE]);
    }
  }),
);

type Keyed = Record<string, unknown>;
type Container = Keyed & {
  image: string;
  secrets?: { valueFrom: string }[];
};
type Definition = Keyed & {
  family: string;
  containerDefinitions: Container[];
};

const NAMES = ['mimir', 'loki', 'tempo', 'pyroscope', 'grafana', 'alloy-collector'];
const SECRETS = {
  AWS_KEYS: 'lgtm/s3-credentials',
  AWS_ACCESS_KEY_ID: 'lgtm/s3-credentials:AWS_ACCESS_KEY_ID',
};
const PLAN = {
  ingestion: { dualWrite: true },
  shift: { approval: true },
};

async function render(operator: Operator, folder: string, ...more: string[]): Promise<Definition[]> {
  const output = join(operator.lab.folder, folder);
  const { code, err } = await operator.cli('render', '-f', operator.lab.plan, '-o', output, ...more);
  expect([code, err]).toEqual([0, '']);
  const texts = await Promise.all(NAMES.map((name) => readFile(join(output, `${name}.json`), 'utf8')));
  return texts.map((text) => JSON.parse(text) as Definition);
}

/** What was registered, with just the keys that were given: the rest is added by AWS. */
async function findRegistered(ecs: ECSClient, given: Definition): Promise<Keyed> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: given.family }));
  const found = JSON.parse(JSON.stringify(taskDefinition)) as Definition;
  const containers = given.containerDefinitions;
  expect(found.containerDefinitions.length).toBe(containers.length);
  const containerDefinitions = containers.map((container, index) =>
    pick(found.containerDefinitions[index]!, container),
  );
  return {
    ...pick(found, given),
    containerDefinitions,
  };
}

function pick(object: Keyed, like: Keyed): Keyed {
  const entries = Object.entries(like).map(([key, wanted]) => {
    const found = object[key];
    return [key, isKeyed(wanted) && isKeyed(found) ? pick(found, wanted) : found];
  });
  return Object.fromEntries(entries) as Keyed;
}

const isKeyed = (value: unknown): value is Keyed =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A definition without what nobody can know who has not looked: the digest, and the secret's suffix. */
function unresolved(definition: Definition): Definition {
  const containerDefinitions = definition.containerDefinitions.map(({ image, secrets, ...container }) => ({
    ...container,
    image: image.replace(/[:@][^/]*$/, ''),
    ...(secrets && { secrets: secrets.map(withoutSuffix) }),
  }));
  return {
    ...definition,
    containerDefinitions,
  };
}

function withoutSuffix(secret: { valueFrom: string }) {
  return {
    ...secret,
    valueFrom: secret.valueFrom.replace(/-\w{6}(?=:|$)/, ''),
  };
}

test(
  'render writes what the workflow registers, but for digests and suffixes where the account is not asked',
  scenario({ plan: PLAN }, async (operator) => {
    await operator.plan({ services: { tempo: { secrets: SECRETS } } });
    await operator.start();
    await operator.untilWaitsFor('approval', '10 → 50 %');
    const live = await render(operator, 'live', '--resolved', 'live');
    const ecs = new ECSClient(operator.asOwner);
    for (const definition of live) expect(await findRegistered(ecs, definition)).toEqual(definition);
    const images = live.flatMap(({ containerDefinitions }) => containerDefinitions.map(({ image }) => image));
    expect(images.filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image))).toEqual([]);

    const oldHost = /"OLD_HOST","value":"([\d.]+)"/.exec(JSON.stringify(live))![1];
    await operator.plan({
      account: '123456789012',
      ingestion: { oldHost },
    });
    const plain = await render(operator, 'plain');
    expect(plain.map(unresolved)).toEqual(live.map(unresolved));
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');

    await operator.start();
    await operator.untilWaitsFor('approval', '10 → 50 %');
    const { services } = await operator.world();
    const revisions = Object.values(services).map(({ taskDefinition }) => taskDefinition);
    expect(revisions.sort()).toEqual(NAMES.map((name) => `lgtm-${name}:1`).sort());
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
  }),
);
