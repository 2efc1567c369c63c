import { randomUUID } from 'node:crypto';
import { Gate, World } from './world';

export const MIMIR = { services: ['mimir'] };
export const RUNS = 'arn:aws:ecs:task-definition/lgtm-mimir:1';

/** A stack of its own: its runs see each other, and no others. */
export const nameStack = () => ({ name: `lgtm-${randomUUID().slice(0, 8)}` });

/** Nothing is verified in this world until its gate opens. */
export function closeGate({ answers }: World): Gate {
  const gate = new Gate();
  answers.verifyService = async () => {
    await gate.pass();
    return { problems: [] };
  };
  return gate;
}

/** A migration in the week before its host is terminated. */
export const inTheWeek = () => ({
  ...nameStack(),
  decommission: { approveStop: false, approveTerminate: true },
});

/** Each definition that a deployment registers is its family's next revision, from 7 on. */
export function countFromSeven(): World {
  let revision = 6;
  return new World({
    ensureTaskDefinition: async ({ family }) => ({
      id: `arn:aws:ecs:task-definition/${family}:${++revision}`,
      ownership: 'created',
    }),
  });
}
