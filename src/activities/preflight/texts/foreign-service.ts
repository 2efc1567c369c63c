/** In what a service that somebody made differs from what the plan needs. */

export function describeImage(image: string, repository: string, tag: string | undefined): string {
  const wanted = tag === undefined ? repository : `${repository}:${tag}`;
  return `it runs ${image || 'no image'}, the plan's is of ${wanted}`;
}

export const describeUnswitched = (duties: string[]): string =>
  `${duties.join(', ')} can't be switched on in it once the hosts have stopped`;

export const describeDuty = (duty: string): string => `${duty} is off in it, and no host has it any more`;

export const describeOtherRegistry = (name: string): string => `its tasks are not in ${name}`;

export const describeOtherGroup = (group: string, port: number): string => `its port ${port} is not in ${group}`;
