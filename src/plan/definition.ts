import { COLLECTOR } from './defaults';
import { familyOf, logGroupOf, volumeOf, type Volume } from './names';
import type { Plan } from './schema';

type Service = Plan['services'][string];

/** Who compacts, evaluates rules and notifies: `off` while the hosts do. */
export type Duties = 'on' | 'off';

/** What a service's task definition names and only the account knows. */
export interface Facts {
  /** `<uri>@sha256:…`, or by tag where nobody has looked */
  image: string;
  /** ARNs of the roles */
  executionRole: string;
  taskRole: string;
  /** name → ARN */
  secrets: Record<string, string>;
  /** where the old stores answer; needed only where the plan writes to them too */
  oldHost?: string;
}

/** What a service's task definition is made from; the tags of a run come on top. */
export interface Definition {
  service: string;
  plan: Service;
  region: string;
  family: string;
  image: string;
  executionRole: string;
  taskRole: string;
  logGroup: string;
  environment: Record<string, string>;
  volume?: Volume;
}

/** One service's definition: what the workflow registers and `lgtm-migrate render` writes. */
export function definitionOf(
  plan: Plan,
  name: string,
  duties: Duties,
  { image, executionRole, taskRole, secrets, oldHost }: Facts,
): Definition {
  const service = plan.services[name]!;
  const volume = volumeOf(plan, name);
  return {
    service: name,
    family: familyOf(name, service),
    image,
    logGroup: logGroupOf(plan, name),
    region: plan.region,
    executionRole,
    taskRole,
    plan: { ...service, secrets: secretArns(service, secrets) },
    environment: environmentOf(plan, name, duties, oldHost),
    ...(volume ? { volume } : {}),
  };
}

/** Whether this service writes to the old host too: then its definition needs the address. */
export const writesToOldHost = (plan: Plan, name: string, duties: Duties): boolean =>
  plan.ingestion.dualWrite && name === COLLECTOR && duties === 'off';

/**
 * What a service's container is told: where it runs, how many of it there are, and whether it does what only
 * one of two stacks may do (`duties`). The old host is written to only while it runs, which is when the duties
 * are off. What the plan says itself wins.
 */
export function environmentOf(plan: Plan, name: string, duties: Duties, oldHost?: string): Record<string, string> {
  const service = plan.services[name]!;
  return {
    REGION: plan.region,
    S3_BUCKET: plan.bucket,
    DOMAIN: plan.namespace,
    TASK_COUNT: String(service.count),
    ...Object.fromEntries(service.duties.map((duty) => [duty, duties])),
    ...(volumeOf(plan, name) ? { GF_DATABASE_TYPE: 'sqlite3' } : {}),
    ...(plan.ingestion.dualWrite && name === COLLECTOR ? dualWrite(duties, oldHost) : {}),
    ...service.environment,
  };
}

/** The switches of dockerfiles/alloy/entrypoint.sh. */
function dualWrite(duties: Duties, oldHost?: string): Record<string, string> {
  return duties === 'on' ? { DUAL_WRITE: 'off' } : { DUAL_WRITE: 'on', ...(oldHost ? { OLD_HOST: oldHost } : {}) };
}

/** `lgtm/s3-credentials:KEY` → `<arn>:KEY::`, as a task definition wants it. */
function secretArns(service: Service, secrets: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service.secrets).map(([variable, reference]) => {
      const [name, key] = reference.split(':');
      return [variable, key ? `${secrets[name!]}:${key}::` : secrets[name!]!];
    }),
  );
}
