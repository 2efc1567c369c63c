import type { Survey } from '../../contract/findings';
import type { AnswerCheck, AnsweringPair } from '../../contract/records';
import { perform } from '../engine/activities';
import { failFor } from '../engine/failures';
import { retryWhenTold } from '../engine/hold';
import type { Release } from '../engine/release';
import type { Run } from '../engine/run';
import type { ShiftStep } from '../engine/steps';
import { createPairRequests, isPrivate, joinNames } from './pairs';
import { findProbePlace, writeProbeRemoval } from './probe';
import { tellUnknownAnswers, tellUnprobed, tellWrongAnswers } from './texts';

/**
 * After a weight each name of a private zone must answer inside the VPC with a side of its pair, at 100 % with that of
 * ECS: one for which another zone answers takes no weight. What answers otherwise holds; what nobody can tell is told.
 */
export async function checkPrivateAnswers(
  run: Run,
  survey: Survey,
  release: Release,
  { records, weight }: ShiftStep,
): Promise<void> {
  for (const inside of createPairRequests(run, records, release).filter(isPrivate)) {
    const pair = {
      ...inside,
      to: weight,
    };
    const unknown = await retryWhenTold(run, 'asking what the names answer', async () => {
      const check = await askInside(run, survey, release, pair);
      if (check.problems.length > 0) throw failFor('WrongAnswer', tellWrongAnswers(check.problems));
      return check.unknown;
    });
    if (unknown.length > 0) run.progress.addEvent(tellUnknownAnswers(unknown.join('; ')));
  }
}

async function askInside(run: Run, survey: Survey, release: Release, pair: AnsweringPair): Promise<AnswerCheck> {
  const probe = findProbePlace(run, survey.network.privateSubnets, release, release.images);
  if (!probe) {
    return {
      problems: [],
      unknown: [tellUnprobed(joinNames(pair))],
    };
  }
  writeProbeRemoval(run);
  return perform('checkPrivateAnswers', `what the names of ${pair.hostedZone} answer inside the VPC`, {
    probe,
    purpose: run.facts.nextPurpose('answers'),
    pair,
  });
}
