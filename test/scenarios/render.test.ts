import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { withLab, type Operator } from './lab';

type Definition = Record<string, unknown> & {
  family: string;
  containerDefinitions: (Record<string, unknown> & { image: string; secrets?: { valueFrom: string }[] })[];
};

const NAMES = ['mimir', 'loki', 'tempo', 'pyroscope', 'grafana', 'alloy-collector'];

async function rendered(operator: Operator, folder: string, ...more: string[]): Promise<Definition[]> {
  const output = join(operator.lab.folder, folder);
  const { code, err } = await operator.cli('render', '-f', operator.lab.plan, '-o', output, ...more);
  expect([code, err]).toEqual([0, '']);
  return Promise.all(
    NAMES.map(async (name) => JSON.parse(await readFile(join(output, `${name}.json`), 'utf8')) as Definition),
  );
}

/** What was registered, with just the keys that were given: the rest is added by AWS. */
async function registered({ lab }: Operator, given: Definition[]): Promise<unknown[]> {
  const ecs = new ECSClient({
    endpoint: lab.aws,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'owner', secretAccessKey: 'x' },
  });
  return Promise.all(
    given.map(async (wanted) => {
      const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: wanted.family }));
      const found = JSON.parse(JSON.stringify(taskDefinition)) as Definition;
      expect(found.containerDefinitions.length).toBe(wanted.containerDefinitions.length);
      const only = (object: Record<string, unknown>, like: Record<string, unknown>) =>
        Object.fromEntries(Object.keys(like).map((key) => [key, object[key]]));
      return {
        ...only(found, wanted),
        containerDefinitions: wanted.containerDefinitions.map((container, index) =>
          only(found.containerDefinitions[index]!, container),
        ),
      };
    }),
  );
}

/** A definition without what nobody can know who has not looked: the digest, and the secret's suffix. */
const unresolved = (definition: Definition) => ({
  ...definition,
  containerDefinitions: definition.containerDefinitions.map((container) => ({
    ...container,
    image: container.image.replace(/[:@][^/]*$/, ''),
    ...(container.secrets
      ? {
          secrets: container.secrets.map((secret) => ({
            ...secret,
            valueFrom: secret.valueFrom.replace(/-\w{6}(?=:|$)/, ''),
          })),
        }
      : {}),
  })),
});

const TEMPO = {
  secrets: { AWS_KEYS: 'lgtm/s3-credentials', AWS_ACCESS_KEY_ID: 'lgtm/s3-credentials:AWS_ACCESS_KEY_ID' },
};

test('what the workflow registers is what render writes: with the account asked, all of it; without, all but digests and suffixes; a second run registers nothing anew', async () => {
  await withLab({ plan: { ingestion: { dualWrite: true } } }, async (operator) => {
    await operator.plan({ services: { tempo: TEMPO } });
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ phase }) => phase === 'shift');
    await operator.say('pause');

    const live = await rendered(operator, 'live', '--resolved', 'live');
    expect(await registered(operator, live)).toEqual(live);
    const images = live.flatMap(({ containerDefinitions }) => containerDefinitions.map(({ image }) => image));
    expect(images.filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image))).toEqual([]);

    await operator.plan({
      account: '123456789012',
      ingestion: { oldHost: JSON.stringify(live).match(/"OLD_HOST","value":"([\d.]+)"/)![1] },
    });
    expect((await rendered(operator, 'plain')).map(unresolved)).toEqual(live.map(unresolved));
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');

    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ phase }) => phase === 'shift');
    const revisions = Object.values((await operator.world()).services).map(({ taskDefinition }) => taskDefinition);
    expect(revisions.sort()).toEqual(NAMES.map((name) => `lgtm-${name}:1`).sort());
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
  });
});
