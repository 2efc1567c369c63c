import { compareFindings, type ImportFinding } from '../finding';
import type { ComponentImage } from '../images/component';
import type { Inventory } from '../read/inventory';
import { checkAddress } from './address';
import { checkBucket } from './bucket';
import type { Check } from './check';
import { checkComposeVersion } from './compose-version';
import { checkConfiguration } from './configuration';
import { checkDeadOption } from './dead-option';
import { checkDrift } from './drift';
import { checkGrafanaDashboards } from './grafana-dashboards';
import { checkGrafanaDatabase } from './grafana-database';
import { checkGrafanaAccess } from './grafana-access';
import { checkGrafanaEnvironment } from './grafana-environment';
import { checkGrafanaPlugins } from './grafana-plugins';
import { checkHealthProgram } from './health-program';
import { checkHostSource } from './host-source';
import { checkMissingService } from './missing-service';
import { checkMovingTag } from './moving-tag';
import { checkNeighbour } from './neighbour';
import { checkOtherComposeFile } from './other-compose-file';
import { checkOtherService } from './other-service';
import { checkPipeline } from './pipeline';
import { checkProfile } from './profile';
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
  checkGrafanaDashboards,
  checkGrafanaAccess,
  checkGrafanaPlugins,
  checkGrafanaEnvironment,
  checkPipeline,
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
  checkProfile,
  checkOtherComposeFile,
  checkUnreachableHost,
  checkUnhealthyContainer,
  checkMissingService,
];

/** Everything that the move would break or change, failures first, the worst loss before others, then by place. */
export function checkInventory(inventory: Inventory, images: ComponentImage[]): ImportFinding[] {
  const carried = new Set(images.filter((image) => image.carried).map(({ name }) => name));
  const findings = CHECKS.flatMap((check) => check(inventory, carried));
  const ofImages = images.flatMap((image) => image.findings);
  return [...findings, ...ofImages].sort(compareFindings);
}
