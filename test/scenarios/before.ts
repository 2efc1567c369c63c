import type { Dump } from '../../lab/emulator';
import type { Operator } from './operator';

/** Everything the plan calls "before": records byte for byte, no tasks, the host and its containers up. */
export async function expectAsBefore(operator: Operator, before: Dump): Promise<void> {
  const after = await operator.world();
  expect(after.records).toEqual(before.records);
  for (const { desired, running } of Object.values(after.services)) expect([desired, running]).toEqual([0, 0]);
  expect(after.instances.map(({ state }) => state)).toEqual(['running']);
  expect(statesOfContainers(after)).toEqual(['running']);
}

/** The states in which the host's containers are, each once. */
export function statesOfContainers({ instances }: Dump): string[] {
  const projects = instances.flatMap(({ host }) => Object.values(host.projects));
  const containers = projects.flatMap(({ services }) => Object.values(services));
  return [...new Set(containers.map(({ state }) => state))];
}
