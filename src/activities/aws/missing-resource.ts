import { DescribeTargetGroupsCommand, type Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { paginateListServices } from '@aws-sdk/client-servicediscovery';
import type { StartParts, WatchedPlace, WatchedPort, WatchedService } from '../../contract/watch';
import type { InputOf, OutputOf } from '../../contract/activities';
import type { Deps } from '../clients';
import { collect } from '../pages';
import { findRefusedAction, isAws, isDenied } from '../failures';
import { hasCluster } from './cluster';
import { hasLogGroup } from './log-group';
import { hasRepository } from './repository';
import { hasRole, nameRole } from './role';
import { hasSecret } from './secret';
import { findHttpsListener, listRules } from './listener';
import {
  admitsSome,
  bringsAll,
  isRuleForHost,
  leadsWholly,
  listGroups,
  mayTake,
  rewrites,
  type Wanted,
} from './listener-rule';
import { describeServices } from './service';
import { tellGone, tellRuleBefore, tellRuleChanged, tellStartless, tellUnlookedFor, tellUnrouted } from './texts';

/** What one look says of what users come through. */
export interface MissingLook {
  /** what is gone, in words */
  missing: string[];
  /** what AWS refuses to say, once for each action, with the statement that is missing */
  refusals: string[];
}

/**
 * What users come through and somebody has deleted, each in words: without it a signal has no data, which is not bad by
 * itself. A listener's rule is looked for by what it does: a target group that nothing forwards to names no balancer, and
 * each moving name has a rule that leads to its group.
 * What can't be asked for another reason than a missing permission is asked again by the next look.
 */
export async function lookForMissing(deps: Deps, { cluster, services }: WatchedPlace): Promise<MissingLook> {
  const looks = await Promise.allSettled([
    listMissingServices(deps, cluster, services),
    ...lookForDoors(deps, services),
  ]);
  const found = looks.flatMap((look) => (look.status === 'fulfilled' ? look.value : []));
  const denied = looks.flatMap((look) => (look.status === 'rejected' && isDenied(look.reason) ? [look.reason] : []));
  const firstOf = new Map(denied.reverse().map((error) => [findRefusedAction(error)?.action ?? error.name, error]));
  return {
    // each service of a cluster that is gone names it
    missing: [...new Set(found)],
    refusals: [...firstOf.values()].map(tellUnlookedFor),
  };
}

/** By which services are reached: each look says what is gone. */
function lookForDoors(deps: Deps, services: WatchedService[]): Promise<string[]>[] {
  return [
    ...services.map((service) => listMissingGroup(deps, service)),
    listMissingRegistries(deps, services),
    ...services.flatMap(({ ingest = [] }) => ingest.map((port) => listMissingPort(deps, port))),
  ];
}

/**
 * What somebody has deleted without which no task starts: those that run go on, so that it is told, once, and nothing
 * goes back for it. What AWS does not say is not told.
 */
export async function listMissingParts(deps: Deps, parts: StartParts): Promise<string[]> {
  const looks = await Promise.allSettled(listPartLooks(deps, parts));
  const gone = looks.flatMap((look) => (look.status === 'fulfilled' ? look.value : []));
  return gone.map(tellStartless);
}

/** Each look says what is gone. */
function listPartLooks(deps: Deps, { roles, secrets, logGroups }: StartParts): Promise<string[]>[] {
  const look = async (what: string, isThere: Promise<boolean>) => ((await isThere) ? [] : [tellGone(what)]);
  return [
    ...roles.map((arn) => look(`role ${nameRole(arn)}`, hasRole(deps, arn))),
    ...secrets.map((name) => look(`secret ${name}`, hasSecret(deps, name))),
    ...logGroups.map((name) => look(`log group ${name}`, hasLogGroup(deps, name))),
  ];
}

/** What of a stack somebody has deleted, before any user came to it. */
export async function findMissing(deps: Deps, input: InputOf<'findMissing'>): Promise<OutputOf<'findMissing'>> {
  const { cluster, services, repositories, idleGroups, isDeployed } = input;
  const [isThere, gone, parts, idle] = await Promise.all([
    hasCluster(deps, cluster),
    listGone(repositories, (name) => hasRepository(deps, name)),
    Promise.all(listPartLooks(deps, input)),
    Promise.all(idleGroups.map((group) => listMissingIdle(deps, group))),
  ]);
  const running = isDeployed && isThere ? services : [];
  const looks = await Promise.all([listMissingServices(deps, cluster, running), ...lookForDoors(deps, services)]);
  const missing = [
    ...(isThere ? [] : [tellGone(`cluster ${cluster}`)]),
    ...gone.map((name) => tellGone(`repository ${name}`)),
    ...parts.flat(),
    ...idle.flat(),
    ...looks.flat(),
  ];
  return {
    missing,
    repositories: gone,
  };
}

async function listGone(names: string[], isThere: (name: string) => Promise<boolean>): Promise<string[]> {
  const found = await Promise.all(names.map(isThere));
  return names.filter((_, index) => !found[index]);
}

async function listMissingServices(deps: Deps, cluster: string, services: WatchedService[]): Promise<string[]> {
  const names = services.map(({ name }) => name);
  try {
    const found = await describeServices(deps, cluster, names);
    const active = found.filter(({ status }) => status === 'ACTIVE').map(({ serviceName }) => serviceName);
    return names.filter((name) => !active.includes(name)).map((name) => tellGone(`ECS service ${name}`));
  } catch (error) {
    if (isAws(error, 'ClusterNotFound')) return [tellGone(`cluster ${cluster}`)];
    throw error;
  }
}

/**
 * What is amiss with a target group, or that it is gone.
 * @param judge gets the ARNs of the balancers that it has; it has none once no listener leads to it
 */
async function lookAtGroup(
  deps: Deps,
  arn: string,
  what: string,
  judge: (balancers: string[]) => string[] | Promise<string[]>,
): Promise<string[]> {
  try {
    const { TargetGroups } = await deps.clients.elb.send(
      new DescribeTargetGroupsCommand({
        TargetGroupArns: [arn],
      }),
    );
    return await judge(TargetGroups?.[0]?.LoadBalancerArns ?? []);
  } catch (error) {
    if (isAws(error, 'TargetGroupNotFound')) return [tellGone(what)];
    throw error;
  }
}

const nameGroup = (service: string): string => `the target group of ${service}`;

/** One that nobody is in is looked for alone. */
const listMissingIdle = (deps: Deps, { service, id }: { service: string; id: string }): Promise<string[]> =>
  lookAtGroup(deps, id, nameGroup(service), () => []);

async function listMissingGroup(deps: Deps, service: WatchedService): Promise<string[]> {
  const { name, targetGroupArn, hosts = [] } = service;
  if (targetGroupArn === undefined) return [];
  return lookAtGroup(deps, targetGroupArn, nameGroup(name), ([balancer]) => {
    if (balancer === undefined) return [tellUnrouted(name)];
    return hosts.length === 0 ? [] : listMissingRules(deps, balancer, targetGroupArn, service);
  });
}

/** One of several rules of a group may be gone: users of its name meet the listener's default action. */
async function listMissingRules(
  deps: Deps,
  balancer: string,
  group: string,
  { hosts = [], sources = [], hasSources = sources.length > 0, paths = [] }: WatchedService,
): Promise<string[]> {
  const listener = await findHttpsListener(deps, balancer);
  const rules = listener ? await listRules(deps, listener.ListenerArn!) : [];
  const leading = rules.filter((rule) => listGroups(rule).includes(group));
  return hosts.flatMap((host) => {
    const own = leading.filter((rule) => isRuleForHost(rule, host));
    if (own.length === 0) return [tellGone(`the listener rule for ${host}`)];
    const kept = sources.filter((source) => !own.some((rule) => admitsSome(rule, [source])));
    return [
      ...(kept.length > 0 ? [tellGone(`the listener rule for ${host} from ${kept.join(', ')}`)] : []),
      ...listChanged(rules, own, hasSources, {
        host,
        paths,
        isGroup: (arn) => arn === group,
      }),
    ];
  });
}

/**
 * Rules of a name that no longer bring all of it to its group, and those that somebody has put before them.
 * @param hasSources each of its rules lets some in, and those that are known were looked for one by one
 */
function listChanged(rules: Rule[], own: Rule[], hasSources: boolean, wanted: Wanted): string[] {
  const { host, paths, isGroup } = wanted;
  const whole = own.filter((rule) => leadsWholly(rule, paths, isGroup));
  const bringing = hasSources ? whole : whole.filter((rule) => bringsAll(rule, wanted));
  if (bringing.length === 0) return [tellRuleChanged(host, own[0]!)];
  const last = Math.max(...whole.map(({ Priority }) => Number(Priority)));
  const before = rules.filter((rule) => Number(rule.Priority) < last && !whole.includes(rule));
  const isOthers = (rule: Rule) => rewrites(rule) || !listGroups(rule).some(isGroup);
  return before.filter((rule) => isOthers(rule) && mayTake(rule, wanted)).map((rule) => tellRuleBefore(host, rule));
}

const listMissingPort = (deps: Deps, { port, targetGroupArn }: WatchedPort): Promise<string[]> =>
  lookAtGroup(deps, targetGroupArn, `the ingest's target group for port ${port}`, ({ length }) =>
    length > 0 ? [] : [tellGone(`the ingest's listener for port ${port}`)],
  );

/** One list, and not a question for each: every look asks. */
async function listMissingRegistries(deps: Deps, services: WatchedService[]): Promise<string[]> {
  const registered = services.filter(({ discovery }) => discovery !== undefined);
  if (registered.length === 0) return [];
  const pages = paginateListServices({ client: deps.clients.discovery }, {});
  const found = await collect(pages, (page) => page.Services);
  const arns = new Set(found.map(({ Arn }) => Arn));
  return registered
    .filter(({ discovery }) => !arns.has(discovery))
    .map(({ name }) => tellGone(`the Cloud Map service of ${name}`));
}
