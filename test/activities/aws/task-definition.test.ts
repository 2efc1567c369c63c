import { ListTaskDefinitionsCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { ensureTaskDefinition } from '../../../src/activities/aws/task-definition';
import { createClients } from '../../../src/activities/clients';
import type { Deps } from '../../../src/activities/clients';
import { startEmulator, type OwnEmulator } from '../emulator';

const ORIGINAL = {
  family: 'original',
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    {
      name: 'original',
      image: 'busybox',
    },
  ],
};

let emulator: OwnEmulator;
let deps: Deps;

beforeAll(async () => {
  emulator = await startEmulator();
  deps = {
    clients: createClients('ap-northeast-2'),
    environment: {},
  };
  await deps.clients.ecs.send(new RegisterTaskDefinitionCommand(ORIGINAL));
});
afterAll(() => emulator.stop());

async function listRevisions(familyPrefix: string): Promise<string[]> {
  const { taskDefinitionArns = [] } = await deps.clients.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix }));
  return taskDefinitionArns;
}

test.each(['drop-after', '500-after'])(
  'a registration that loses its answer (%s) is found by the next try',
  async (kind) => {
    const family = `copy-${kind}`;
    await emulator.post('/rules', {
      service: 'ecs',
      action: 'RegisterTaskDefinition',
      kind,
      times: 1,
    });
    const request = {
      owner: {
        migration: 'lgtm',
        run: 'a-run',
      },
      family,
      copyOf: ORIGINAL.family,
      switches: {},
    };
    await expect(ensureTaskDefinition(deps, request)).rejects.toThrow();
    const { id, ownership } = await ensureTaskDefinition(deps, request);
    expect([ownership, await listRevisions(family)]).toEqual(['created', [id]]);
  },
);
