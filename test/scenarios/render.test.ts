import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

type Keyed = Record<string, unknown>;
type Container = Keyed & { image: string; secrets?: { valueFrom: string }[] };
type Definition = Keyed & { family: string; containerDefinitions: Container[] };

const NAMES = ['mimir', 'loki', 'tempo', 'pyroscope', 'grafana', 'alloy-collector'];
const SECRETS = { AWS_KEYS: 'lgtm/s3-credentials', AWS_ACCESS_KEY_ID: 'lgtm/s3-credentials:AWS_ACCESS_KEY_ID' };
const PLAN = { ingestion: { dualWrite: true }, shift: { approval: true } };

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
  return { ...pick(found, given), containerDefinitions };
}

function pick(object: Keyed, like: Keyed): Keyed {
  return Object.fromEntries(Object.keys(like).map((key) => [key, object[key]]));
}

/** A definition without what nobody can know who has not looked: the digest, and the secret's suffix. */
function unresolved(definition: Definition): Definition {
  const containerDefinitions = definition.containerDefinitions.map(({ image, secrets, ...container }) => ({
    ...container,
    image: image.replace(/[:@][^/]*$/, ''),
    ...(secrets && { secrets: secrets.map(withoutSuffix) }),
  }));
  return { ...definition, containerDefinitions };
}

function withoutSuffix(secret: { valueFrom: string }) {
  return { ...secret, valueFrom: secret.valueFrom.replace(/-\w{6}(?=:|$)/, '') };
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
    await operator.plan({ account: '123456789012', ingestion: { oldHost } });
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
