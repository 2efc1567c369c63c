import type { Plan } from '../../plan/schema';
import { Arns } from './arns';
import { listContainerNeeds } from './containers';
import { listDoorNeeds } from './doors';
import { listHostNeeds } from './hosts';
import { listAccountNeeds } from './identities';
import type { Need, Purpose } from './need';

/** What an identity for this purpose has to be allowed, and nothing else. The one list of it. */
export function listNeeds(plan: Plan, purpose: Purpose): Need[] {
  const arns = new Arns(plan);
  const needs = [
    ...listAccountNeeds(plan, arns),
    ...listContainerNeeds(plan, arns),
    ...listHostNeeds(plan, arns),
    ...listDoorNeeds(plan, arns),
  ];
  const wanted = purposesOf(plan, purpose);
  return needs.filter(({ purposes }) => purposes.some((each) => wanted.includes(each)));
}

/** A worker that builds the images needs what whoever builds them needs. */
function purposesOf({ images }: Plan, purpose: Purpose): Purpose[] {
  return purpose === 'worker' && images.builder !== 'none' ? ['worker', 'builder'] : [purpose];
}

/** By IAM's names, each once. */
export function listActions(needs: Need[]): string[] {
  const actions = needs.flatMap(({ service, actions: verbs }) => verbs.map((verb) => `${service}:${verb}`));
  return [...new Set(actions)].sort();
}
