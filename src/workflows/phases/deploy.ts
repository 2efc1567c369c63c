import type { Survey } from '../../contract/findings';
import type { Resource } from '../../contract/resources';
import type { ServiceState } from '../../contract/services';
import { makeDefinition, writesToOldHost, type Duties } from '../../plan/definition';
import { toMilliseconds } from '../../plan/duration';
import { nameFamily } from '../../plan/names';
import { perform } from '../engine/activities';
import { failFor } from '../engine/failures';
import { listIngestGroups } from '../engine/ingest';
import type { Run } from '../engine/run';
import type { Platform } from '../../contract/platform';
import type { Release } from '../engine/release';
import { writeRemoval } from '../engine/resource';
import { namedByPlatform } from '../moves/definitions';
import { findGrafanaMove } from '../moves/grafana';
import { judgeScans, type Images } from '../moves/images';
import { proveRings } from '../moves/rings';
import { expectTasks, replaceService, showRunningTasks, waitUntilVerified } from '../moves/services';
import { proveStorage } from '../moves/storage';
import { waitForImages } from './images';

/** What every service of one deploy is made from. */
interface Deployment {
  survey: Survey;
  platform: Platform;
  images: Images;
}

/** Phase 5 of the plan document: six services, each as fast as it can, all at once. */
export async function deploy(
  migration: Run,
  survey: Survey,
  platform: Platform,
  built: Images | null,
): Promise<Release> {
  const { plan, facts, effects } = migration;
  const services = Object.keys(plan.services);
  const { cluster } = platform;
  // looked at once: a retry of the phase would find what its first try left
  facts.servicesBefore ??= await perform('findServices', `services of ${cluster} as they are`, {
    cluster,
    services,
  });
  watchEarlierUsers(migration, platform, facts.servicesBefore);
  const images = built ?? (await waitForImages(migration));
  await judgeScans(migration, images);
  const counts = Object.fromEntries(services.map((name) => [name, plan.services[name]!.count]));
  expectTasks(migration, counts);

  const deployment = {
    survey,
    platform,
    images,
  };
  const deploying = services.map((name) => effects.track(deployService(migration, deployment, name)));
  const results = await Promise.allSettled(deploying);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  const definitions = Object.fromEntries(await Promise.all(deploying));
  const { privateSubnets } = survey.network;
  await proveRings(migration, privateSubnets, platform, {
    images,
    counts,
  });
  await proveStorage(migration, privateSubnets, platform, { images });
  const release = {
    ...platform,
    images,
    definitions,
    counts,
  };
  facts.release = release;
  return release;
}

/** Users whom an earlier run has moved are on ECS while its services are replaced, however long that may hold. */
function watchEarlierUsers(
  { facts, watch }: Run,
  { cluster, loadBalancer, targetGroups }: Platform,
  before: Record<string, ServiceState>,
): void {
  if (!facts.hasEarlierUsers || watch.hasBegun) return;
  const running = Object.entries(before).filter(([, { count }]) => count > 0);
  const isRunning = ([name]: [string, unknown]): boolean => running.some(([service]) => service === name);
  const place = {
    cluster,
    loadBalancer,
    counts: Object.fromEntries(running.map(([name, { count }]) => [name, count])),
    targetGroups: Object.fromEntries(Object.entries(targetGroups).filter(isRunning)),
    discovery: {},
  };
  watch.judgeAnew(place, 'while services are deployed that users of an earlier run are on');
}

/** @returns its name and the ARN of its task definition */
async function deployService(
  migration: Run,
  deployment: Deployment,
  name: string,
): Promise<[name: string, definition: string]> {
  const definition = await ensureDefinition(migration, deployment, name);
  const move = name === migration.plan.grafana?.service ? findGrafanaMove(migration, deployment.survey) : undefined;
  if (move?.target) {
    const { directory, fileSystem } = move.target;
    await perform('prepareGrafanaFolder', `folder ${directory} on ${fileSystem}`, move);
  }
  await replaceService(migration, name, async () => {
    const taskDefinition = await ensureService(migration, deployment, name, definition.id);
    await waitUntilSteady(migration, deployment.platform, name, taskDefinition);
  });
  await waitUntilVerified(migration, deployment.platform, name, migration.plan.services[name]!.count);
  return [name, definition.id];
}

function ensureDefinition(migration: Run, deployment: Deployment, name: string): Promise<Resource> {
  const { plan, owner } = migration;
  const { survey, platform, images } = deployment;
  const family = nameFamily(name, plan.services[name]!);
  writeRemoval(migration, `deregister task definition ${family}`, 'removeTaskDefinition', {
    owner,
    family,
  });
  const oldHost = findOldHost(migration, survey, name);
  const named = namedByPlatform(platform, images[name]!, oldHost);
  const definition = makeDefinition(plan, name, decideDuties(survey), named);
  return perform('ensureTaskDefinition', `task definition ${family}`, {
    owner,
    ...definition,
  });
}

/** @returns the ARN of the task definition that it runs */
async function ensureService(
  migration: Run,
  { survey, platform }: Deployment,
  name: string,
  taskDefinition: string,
): Promise<string> {
  const { plan, owner } = migration;
  const { count, port, deployment, capacity, health, store } = plan.services[name]!;
  const { cluster, taskSecurityGroup, discovery, targetGroups } = platform;
  writeServiceUndos(migration, survey, cluster, name);
  const tasks = count > 1 ? 'tasks' : 'task';
  const targetGroup = targetGroups[name];
  const ingest = listIngestGroups(platform, name).map(({ id, targetPort }) => ({
    targetGroup: id,
    port: targetPort,
  }));
  const ensured = await perform('ensureService', `ECS service ${name}, ${count} ${tasks}`, {
    owner,
    service: name,
    cluster,
    taskDefinition,
    subnets: survey.network.privateSubnets,
    securityGroup: taskSecurityGroup,
    registry: discovery[name]!,
    plan: {
      count,
      port,
      deployment,
      capacity,
      health,
      ...(store && { store }),
    },
    ...(targetGroup && { targetGroup: targetGroup.id }),
    ...(ingest.length > 0 && { ingest }),
  });
  return ensured.taskDefinition;
}

/**
 * A service that an earlier run left running goes back to what it was where users are on ECS since then, and else to 0:
 * it serves nobody.
 */
function writeServiceUndos(migration: Run, { records }: Survey, cluster: string, name: string): void {
  const { owner, facts, plan } = migration;
  writeRemoval(migration, `remove service ${name}`, 'removeService', {
    owner,
    cluster,
    service: name,
  });
  const before = facts.servicesBefore?.[name];
  const serves = records.some(({ moved }) => moved);
  const runs = serves && before !== undefined && before.count > 0;
  const state = runs ? before : { count: 0 };
  const input = {
    cluster,
    service: name,
    ...state,
    timeoutMs: toMilliseconds(plan.deploy.steadyTimeout),
  };
  const id = runs ? describeBefore(name, before) : `scale ${name} to 0`;
  migration.writeUndo({
    id,
    stage: 'scale',
    verb: 'restoreService',
    input,
  });
}

const describeBefore = (name: string, { count, taskDefinition }: ServiceState): string =>
  `${name} back to ${count} of ${taskDefinition.split('/').at(-1)}`;

async function waitUntilSteady(
  migration: Run,
  { cluster }: Platform,
  service: string,
  taskDefinition: string,
): Promise<void> {
  const { plan } = migration;
  const { count } = plan.services[service]!;
  const timeoutMs = toMilliseconds(plan.deploy.steadyTimeout);
  const request = {
    cluster,
    service,
    count,
    taskDefinition,
    timeoutMs,
  };
  const { running } = await perform('awaitSteadyState', `${service} steady at ${count}`, request);
  showRunningTasks(migration, service, running);
}

/** Who compacts, evaluates rules and notifies: the hosts, unless an earlier run has stopped them. */
function decideDuties({ records }: Survey): Duties {
  const isFolded = records.length > 0 && records.every(({ moved }) => moved === 'fold');
  return isFolded ? 'on' : 'off';
}

/** Where the old stores answer. @throws OldHostUnknown where a service has to write to them and nobody knows */
function findOldHost(migration: Run, survey: Survey, name: string): string | undefined {
  const { plan } = migration;
  if (!writesToOldHost(plan, name, decideDuties(survey))) return undefined;
  const address = plan.ingestion.oldHost ?? survey.hosts[0]?.privateIp;
  if (address) {
    migration.facts.oldHost = address;
    return address;
  }
  const [instance] = plan.source.instances;
  const message = `ingestion.dualWrite is on and ${instance} has no private address; set ingestion.oldHost`;
  throw failFor('OldHostUnknown', message);
}
