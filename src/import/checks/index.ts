import { compareFindings, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { checkAddress } from './address';
import { checkBucket } from './bucket';
import type { Check } from './check';
import { checkComposeVersion } from './compose-version';
import { checkConfiguration } from './configuration';
import { checkDeadOption } from './dead-option';
import { checkDrift } from './drift';
import { checkGrafanaDatabase } from './grafana-database';
import { checkHealthProgram } from './health-program';
import { checkHostSource } from './host-source';
import { checkMissingService } from './missing-service';
import { checkMovingTag } from './moving-tag';
import { checkNeighbour } from './neighbour';
import { checkOtherService } from './other-service';
import { checkProject } from './project';
import { checkRing } from './ring';
import { checkSharedPrefix } from './shared-prefix';
import { checkSqlite } from './sqlite';
import { checkStaticKeys } from './static-keys';
import { checkStorage } from './storage';
import { checkStorageSetting } from './storage-setting';
import { checkTenants } from './tenants';
import { checkTwoCompactors } from './two-compactors';
import { checkUnhealthyContainer } from './unhealthy-container';
import { checkUnreachableHost } from './unreachable-host';
import { checkUnsetVariable } from './unset-variable';
import { checkVersion } from './version';

const CHECKS: Check[] = [
  checkStorage,
  checkConfiguration,
  checkStorageSetting,
  checkSqlite,
  checkGrafanaDatabase,
  checkDrift,
  checkMovingTag,
  checkVersion,
  checkHealthProgram,
  checkStaticKeys,
  checkSharedPrefix,
  checkTwoCompactors,
  checkBucket,
  checkTenants,
  checkRing,
  checkDeadOption,
  checkAddress,
  checkNeighbour,
  checkHostSource,
  checkOtherService,
  checkComposeVersion,
  checkUnsetVariable,
  checkProject,
  checkUnreachableHost,
  checkUnhealthyContainer,
  checkMissingService,
];

/** Everything that the move would break or change, failures first, then by file and line. */
export function checkInventory(inventory: Inventory): ImportFinding[] {
  const findings = CHECKS.flatMap((check) => check(inventory));
  return findings.sort(compareFindings);
}
