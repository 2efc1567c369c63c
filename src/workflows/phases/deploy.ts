import { ApplicationFailure } from '@temporalio/workflow';
import type { Survey } from '../../contract/findings';
import type { ServiceState } from '../../contract/services';
import { definitionOf, writesToOldHost, type Duties, type Facts } from '../../plan/definition';
import { milliseconds } from '../../plan/duration';
import { familyOf, logGroupOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { moveOf } from '../moves/grafana';
import { ringsClosed } from '../moves/rings';
import { pushedImages, scanned } from './images';
import type { Migration } from '../engine/migration';
import type { Platform } from './provision';
import { call, wait } from '../engine/activities';

/** The services as they run: what the gates look at and what a scale-out changes. */
export interface Release extends Platform {
  counts: Record<string, number>;
  /** `<uri>@sha256:…` of each */
  images: Record<string, string>;
  /** ARN of each one's task definition */
  definitions: Record<string, string>;
}

/** Phase 5 of the plan document: six services, each as fast as it can, all at once. */
export async function deploy(
  run: Migration,
  found: Survey,
  platform: Platform,
  built: Record<string, string> | null,
): Promise<Release> {
  const services = Object.entries(run.plan.services);
  const { cluster } = platform;
  // looked at once: a retry of the phase would find what its first try left
  run.found ??= await call('findServices', `services of ${cluster} as they are`, {
    cluster,
    services: services.map(([name]) => name),
  });
  const images = built ?? (await pushedImages(run));
  await scanned(run, images);
  const running = new Map<string, string>();
  const report = (name: string, text: string) => {
    running.set(name, text);
    run.progress.detail(
      'deploy',
      services.map(([service, { count }]) => `${service} ${running.get(service) ?? `0/${count}`}`).join('  '),
    );
  };
  const definitions: Record<string, string> = {};
  const deployments = services.map(([name, service]) =>
    run.track(
      deployService(run, found, platform, name, service, images[name]!, report).then((id) => (definitions[name] = id)),
    ),
  );
  const failed = (await Promise.allSettled(deployments)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  await ringsClosed(run, found, platform, images);
  return {
    ...platform,
    images,
    definitions,
    counts: Object.fromEntries(services.map(([name, { count }]) => [name, count])),
  };
}

/** Who compacts, evaluates rules and notifies: the hosts, unless an earlier run has stopped them. */
function dutiesOf(found: Survey): Duties {
  return found.records.length > 0 && found.records.every(({ moved }) => moved === 'fold') ? 'on' : 'off';
}

/** What a service's task definition names of what was provisioned. */
export function factsOf(platform: Platform, image: string, oldHost?: string): Facts {
  const { executionRole, taskRole, secrets } = platform;
  return { image, executionRole, taskRole, secrets, ...(oldHost ? { oldHost } : {}) };
}

/** Where the old stores answer. @throws OldHostUnknown where a service has to write to them and nobody knows */
function oldHostFor({ plan }: Migration, found: Survey, name: string): string | undefined {
  if (!writesToOldHost(plan, name, dutiesOf(found))) return undefined;
  const address = plan.ingestion.oldHost ?? found.hosts[0]?.privateIp;
  if (!address)
    throw ApplicationFailure.nonRetryable(
      `ingestion.dualWrite is on and ${plan.source.instances[0]} has no private address; set ingestion.oldHost`,
      'OldHostUnknown',
    );
  return address;
}

/** @returns the ARN of its task definition */
async function deployService(
  run: Migration,
  found: Survey,
  platform: Platform,
  name: string,
  service: Plan['services'][string],
  image: string,
  report: (name: string, text: string) => void,
): Promise<string> {
  const { plan, owner } = run;
  const { network } = found;
  const { cluster } = platform;
  const family = familyOf(name, service);
  const logGroup = logGroupOf(plan, name);

  run.before('cleanup', `deregister task definition ${family}`, () =>
    call('removeTaskDefinition', `deregister task definition ${family}`, { owner, family }),
  );
  const definition = await call('ensureTaskDefinition', `task definition ${family}`, {
    owner,
    ...definitionOf(plan, name, dutiesOf(found), factsOf(platform, image, oldHostFor(run, found, name))),
  });

  const move = name === plan.grafana?.service ? moveOf(run, found) : undefined;
  if (move?.target)
    await wait('prepareGrafanaFolder', `folder ${move.target.directory} on ${move.target.fileSystem}`, move);

  run.before('cleanup', `remove service ${name}`, () =>
    call('removeService', `remove ECS service ${name}`, { owner, cluster, service: name }),
  );
  const { what, ...before } = asBefore(name, run.found?.[name]);
  run.before('scale', what, async () => {
    await wait('scaleService', what, { owner, cluster, service: name, ...before });
    if (before.count > 0)
      await wait('awaitSteadyState', `${name} steady at ${before.count}`, {
        cluster,
        service: name,
        ...before,
        timeoutMs: milliseconds(plan.deploy.steadyTimeout),
      });
    report(name, `${before.count}/${service.count}`);
  });
  const targetGroup = platform.targetGroups[name];
  const ensured = await call(
    'ensureService',
    `ECS service ${name}, ${service.count} task${service.count > 1 ? 's' : ''}`,
    {
      owner,
      service: name,
      cluster,
      taskDefinition: definition.id,
      subnets: network.privateSubnets,
      securityGroup: platform.taskSecurityGroup,
      registry: platform.discovery[name]!,
      ...(targetGroup ? { targetGroup: targetGroup.id } : {}),
      plan: { count: service.count, port: service.port, deployment: service.deployment, capacity: service.capacity },
    },
  );

  const steady = await wait('awaitSteadyState', `${name} steady at ${service.count}`, {
    cluster,
    service: name,
    count: service.count,
    taskDefinition: ensured.taskDefinition,
    timeoutMs: milliseconds(plan.deploy.steadyTimeout),
  });
  report(name, `${steady.running}/${service.count}`);
  await verified(run, {
    cluster,
    service: name,
    count: service.count,
    discoveryService: platform.discovery[name]!,
    logGroup,
    ...(targetGroup ? { targetGroup: targetGroup.id } : {}),
  });
  return definition.id;
}

/** A service that an earlier run left running serves users: it goes back to what it was, not to 0. */
function asBefore(name: string, found?: ServiceState): { what: string; count: number; taskDefinition?: string } {
  if (!found || found.count === 0) return { what: `scale ${name} to 0`, count: 0 };
  return { what: `${name} back to ${found.count} of ${found.taskDefinition.split('/').at(-1)}`, ...found };
}

const VERIFICATIONS = 10;

/** Steady is not yet reachable: targets, discovery and logs follow within moments. */
async function verified(run: Migration, request: Parameters<typeof call<'verifyService'>>[2]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { problems } = await call('verifyService', `verify ${request.service}`, request);
    if (problems.length === 0) return;
    if (attempt === VERIFICATIONS)
      throw ApplicationFailure.nonRetryable(`${request.service} runs but ${problems.join('; ')}`, 'NotVerified');
    await run.rest(Math.min(attempt * 2000, 15_000), `${request.service}: ${problems.join('; ')}`);
  }
}
