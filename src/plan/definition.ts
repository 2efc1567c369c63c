import { COLLECTOR } from './defaults';
import { listDatagramPorts } from './ingest-ports';
import { nameFamily, nameLogGroup, findVolume, type Volume } from './names';
import type { Plan } from './schema';
import type { ServicePlan } from './service';

/** Whether ECS compacts, evaluates rules and notifies: `off` while the hosts do. */
export type Duties = 'on' | 'off';

/** What a service's task definition names and only the account knows. */
export interface AccountFacts {
  /** `<uri>@sha256:…`, or by tag where nobody has looked */
  image: string;
  /** ARN of the role that pulls the image and reads secrets */
  executionRole: string;
  /** ARN of the role that the containers have */
  taskRole: string;
  /** name → ARN */
  secrets: Record<string, string>;
  /** where the old stores answer; needed only where the plan writes to them too */
  oldHost?: string;
}

/** What a service's task definition is made from; the tags of a run come on top. */
export interface ServiceDefinition {
  service: string;
  plan: ServicePlan;
  region: string;
  family: string;
  image: string;
  executionRole: string;
  taskRole: string;
  logGroup: string;
  environment: Record<string, string>;
  /** where it takes datagrams */
  datagramPorts?: number[];
  volume?: Volume;
}

/** One service's definition: what the workflow registers and `lgtm-migrate render` writes. */
export function makeDefinition(plan: Plan, name: string, duties: Duties, facts: AccountFacts): ServiceDefinition {
  const service = plan.services[name]!;
  const { image, executionRole, taskRole, secrets, oldHost } = facts;
  const volume = findVolume(plan, name);
  const datagramPorts = listDatagramPorts(plan, name);
  return {
    service: name,
    family: nameFamily(name, service),
    image,
    logGroup: nameLogGroup(plan, name),
    region: plan.region,
    executionRole,
    taskRole,
    plan: { ...service, secrets: resolveSecrets(service, secrets) },
    environment: makeEnvironment(plan, name, duties, oldHost),
    ...(datagramPorts.length > 0 ? { datagramPorts } : {}),
    ...(volume ? { volume } : {}),
  };
}

const mayWriteTwice = (plan: Plan, name: string): boolean => plan.ingestion.dualWrite && name === COLLECTOR;

/**
 * Whether this service writes to the old host too:
 * then its definition needs the address.
 */
export const writesToOldHost = (plan: Plan, name: string, duties: Duties): boolean =>
  mayWriteTwice(plan, name) && duties === 'off';

/**
 * What a service's container is told: where it runs, how many of it there are, and whether it does what only
 * one of two stacks may do (`duties`). The old host is written to only while it runs, which is when the duties
 * are off. What the plan says itself wins.
 */
export function makeEnvironment(plan: Plan, name: string, duties: Duties, oldHost?: string): Record<string, string> {
  const service = plan.services[name]!;
  return {
    REGION: plan.region,
    S3_BUCKET: plan.bucket,
    DOMAIN: plan.namespace,
    TASK_COUNT: String(service.count),
    ...Object.fromEntries(service.duties.map((duty) => [duty, duties])),
    ...(findVolume(plan, name) ? { GF_DATABASE_TYPE: 'sqlite3' } : {}),
    ...(mayWriteTwice(plan, name) ? switchDualWrite(duties, oldHost) : {}),
    ...service.environment,
  };
}

/** The switches of dockerfiles/alloy/entrypoint.sh. */
function switchDualWrite(duties: Duties, oldHost?: string): Record<string, string> {
  if (duties === 'on') return { DUAL_WRITE: 'off' };
  return { DUAL_WRITE: 'on', ...(oldHost ? { OLD_HOST: oldHost } : {}) };
}

/**
 * ARNs in place of names: `lgtm/s3-credentials:KEY` → `<arn>:KEY::`,
 * as a task definition wants it.
 */
function resolveSecrets({ secrets }: ServicePlan, arns: Record<string, string>): Record<string, string> {
  const resolve = (reference: string): string => {
    const [name, key] = reference.split(':');
    const arn = arns[name!]!;
    return key ? `${arn}:${key}::` : arn;
  };
  const resolved = Object.entries(secrets).map(([variable, reference]) => [variable, resolve(reference)] as const);
  return Object.fromEntries(resolved);
}
