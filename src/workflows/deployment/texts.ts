import type { DeploymentStep } from '../../contract/status';
import { listChanges } from '../details';

export const tellMigrationWanted = (): string =>
  'a migration of this stack asked whether this deployment is there; it waits for its end';

export const tellForsaken = (): string => 'the migration waits no longer: what is not back yet is given up, and named';

export const tellGivenUp = (): string => 'given up, since the migration of this stack waits no longer';

export const tellUnfinished = (): string => 'its own run failed before all was taken back';

export const tellAsked = (by: string, reason: string): string => `asked for by ${by}: ${reason}`;

export const tellNothingToDeploy = (services: string[]): string =>
  `nothing to deploy: ${services.join(', ')} would run what runs already`;

export const tellUnchanged = (services: string[]): string =>
  `left alone, since nothing of them changes: ${services.join(', ')}`;

export const tellStep = ({ service, from, to, count, changes }: DeploymentStep): string =>
  `${service}: ${from} → ${to}, ${count} tasks (${listChanges(changes)})`;

export const tellImagesMissing = (missing: string[]): string =>
  `no image in ${missing.join(', ')}; push them to ECR (lgtm-migrate images push), then deploy again`;

export const NO_USERS = 'no user is on ECS yet: the migration is paused at 0 %';
export const NOTHING_NEW = 'nothing to deploy';
