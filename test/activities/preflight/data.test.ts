import { CancelledFailure } from '@temporalio/activity';
import { ListCommandInvocationsCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Deps } from '../../../src/activities/clients';
import type { Finding } from '../../../src/contract/findings';
import { lookAtData } from '../../../src/activities/preflight/data';
import { planWith } from '../../plan/plan';

const INSTANCE = 'i-0123456789abcdef0';
const MIMIR = {
  instanceId: INSTANCE,
  Name: 'lgtm-mimir-1',
  Service: 'mimir',
  Image: 'grafana/mimir:2.17.0',
  State: 'running',
};
const INSPECTED = JSON.stringify({
  name: '/lgtm-mimir-1',
  image: 'grafana/mimir:2.17.0',
  service: 'mimir',
  layer: 0,
  mounts: [],
});

/** What SSM answers to the command whose comment holds a text; any other one ends well and empty. */
type Answers = Record<string, () => { Status: string; StandardOutputContent?: string; StandardErrorContent?: string }>;

const throttled = () =>
  Object.assign(new Error('Rate exceeded'), {
    name: 'ThrottlingException',
    $metadata: {},
  });
const raise = (error: Error) => () => {
  throw error;
};
const inspected = () => ({
  Status: 'Success',
  StandardOutputContent: INSPECTED,
});

/** An SSM that takes every command and answers by its comment. */
function fakeSsm(answers: Answers) {
  const comments = new Map<string, string>();
  const client = new SSMClient({ region: 'ap-northeast-2' });
  return Object.assign(client, {
    send: (command: { input: { CommandId?: string } }) => {
      if (command instanceof ListCommandInvocationsCommand) return Promise.resolve({});
      if (command instanceof SendCommandCommand) {
        const id = `command-${comments.size}`;
        comments.set(id, command.input.Comment!);
        return Promise.resolve({ Command: { CommandId: id } });
      }
      const comment = comments.get(command.input.CommandId!)!;
      const [, answer] = Object.entries(answers).find(([text]) => comment.includes(text)) ?? [];
      return Promise.resolve().then(() => ({
        ResponseCode: 0,
        ...(answer?.() ?? { Status: 'Success' }),
      }));
    },
  });
}

async function look(answers: Answers): Promise<Finding[]> {
  const deps = {
    clients: { ssm: fakeSsm(answers) },
    environment: {},
  } as unknown as Deps;
  const { findings } = await lookAtData(deps, planWith(), {
    findings: [],
    hosts: [
      {
        instanceId: INSTANCE,
        state: 'running',
      },
    ],
    containers: [MIMIR],
    published: [],
  } as unknown as Parameters<typeof lookAtData>[2]);
  return findings;
}

test('a store whose host gives the question up is silent, and named', async () => {
  const findings = await look({
    'docker inspect': inspected,
    'GET mimir': () => ({
      Status: 'TimedOut',
      StandardErrorContent: 'no answer',
    }),
  });
  const messages = findings.map(({ message }) => message);
  expect(messages).toEqual([expect.stringMatching(/^mimir on i-0123456789abcdef0 .*TimedOut/)]);
});

test.each([
  ['throttled', throttled()],
  ['cancelled', new CancelledFailure('cancelled')],
])('a look that is %s says nothing of a store, and ends', async (_, error) => {
  await expect(look({ 'docker inspect': raise(error) })).rejects.toBe(error);
  await expect(
    look({
      'docker inspect': inspected,
      'GET mimir': raise(error),
    }),
  ).rejects.toBe(error);
});
