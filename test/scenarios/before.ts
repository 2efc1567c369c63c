import type { Dump } from '../../lab/emulator';
import type { Operator } from './operator';

/** Everything the plan calls "before": records byte for byte, no tasks, the host and its containers up. */
export async function expectAsBefore(operator: Operator, before: Dump): Promise<void> {
  const after = await operator.world();
  expect(after.records).toEqual(before.records);
  for (const { desired, running } of Object.values(after.services)) expect([desired, running]).toEqual([0, 0]);
  expect(after.instances).toEqual([expect.objectContaining({ state: 'running' })]);
  const containers = Object.values(after.instances[0]!.host.projects).flatMap(({ services }) =>
    Object.values(services),
  );
  expect(containers.map(({ state }) => state)).toEqual(containers.map(() => 'running'));
}
