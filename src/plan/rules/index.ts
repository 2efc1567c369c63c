import { gapsAreOfStores } from './data';
import { grafanaMoves } from './grafana';
import { collectorIsThere, instancesDiffer } from './hosts';
import { namespaceHidesNothing } from './namespace';
import { recordsHaveOneDestination, senderPortsAreServed, targetGroupsAreFew } from './ingest';
import { exposedRangesAreRouted, exposureIsOne } from './exposure';
import { namesLeadToOneService, recordsAreExposed, recordsAreReached, recordsDiffer } from './records';
import type { Rule } from './rule';
import { exposureDiffers, namesDiffer, secretsAreThere } from './services';
import { approvalsAreWeights, weightsRise } from './shift';
import { dataPointsAreYoung, metricsAreKnown } from './signals';
import { spotSparesTasks } from './spot';
import { containersDiffer, targetGroupsFit, tasksAreReplaceable } from './tasks';
import { environmentIsOpen, variablesDiffer } from './variables';

/**
 * What one key alone can't tell,
 * in the order in which problems of one line are named.
 */
export const RULES: readonly Rule[] = [
  grafanaMoves,
  weightsRise,
  approvalsAreWeights,
  recordsDiffer,
  namesLeadToOneService,
  namespaceHidesNothing,
  recordsHaveOneDestination,
  recordsAreExposed,
  recordsAreReached,
  instancesDiffer,
  secretsAreThere,
  namesDiffer,
  exposureDiffers,
  exposureIsOne,
  exposedRangesAreRouted,
  collectorIsThere,
  senderPortsAreServed,
  targetGroupsAreFew,
  variablesDiffer,
  environmentIsOpen,
  tasksAreReplaceable,
  spotSparesTasks,
  containersDiffer,
  targetGroupsFit,
  metricsAreKnown,
  dataPointsAreYoung,
  gapsAreOfStores,
];
