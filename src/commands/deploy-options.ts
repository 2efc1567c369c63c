import type { PlanFileOptions } from './command';

export interface DeployOptions extends PlanFileOptions {
  service?: string[];
  pushed?: boolean;
  previous?: boolean;
  duringWeek?: boolean;
  dryRun?: boolean;
  watch?: boolean;
  by?: string;
  reason?: string;
}
