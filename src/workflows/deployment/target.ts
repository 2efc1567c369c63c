import type { DeployedService } from '../../contract/deployments';
import type { DeploymentStep } from '../../contract/status';
import type { RunningService } from '../../plan/deployment';

/** A service that changes: what it runs, what it is to run, and how that differs. */
export interface Target extends DeployedService {
  name: string;
  before: RunningService;
  step: DeploymentStep;
}
