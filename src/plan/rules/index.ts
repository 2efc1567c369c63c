import { grafanaMoves } from './grafana';
import { collectorIsThere, instancesDiffer } from './hosts';
import { recordsAreExposed, recordsAreReached, recordsDiffer } from './records';
import type { Rule } from './rule';
import { exposureDiffers, namesDiffer, secretsAreThere } from './services';
import { approvalsAreWeights, weightsRise } from './shift';
import { metricsAreKnown } from './signals';

/**
 * What one key alone can't tell,
 * in the order in which problems of one line are named.
 */
export const RULES: readonly Rule[] = [
  grafanaMoves,
  weightsRise,
  approvalsAreWeights,
  recordsDiffer,
  recordsAreExposed,
  recordsAreReached,
  instancesDiffer,
  secretsAreThere,
  namesDiffer,
  exposureDiffers,
  collectorIsThere,
  metricsAreKnown,
];
