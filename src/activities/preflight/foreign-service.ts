import type { ContainerDefinition, Service } from '@aws-sdk/client-ecs';
import { nameRepository, nameTargetGroup } from '../../plan/names';
import { isRouted } from '../../plan/routes';
import type { Plan } from '../../plan/schema';
import { nameGroup } from '../aws/listener-rule';
import { describeDefinition } from '../aws/previous-definition';
import type { Deps } from '../clients';
import {
  describeDuty,
  describeImage,
  describeOtherGroup,
  describeOtherRegistry,
  describeUnswitched,
} from './texts/foreign-service';

/** What of the plan a service that somebody made has to be: the run uses it, and changes nothing of it. */
export interface WantedService {
  /** of Cloud Map, ARN of the plan's discovery service where it is there already */
  registry: string | undefined;
  /** the hosts' stand still since an earlier run: it has to have its own, for good */
  hasDuties: boolean;
}

/** In what it differs, in words. */
export async function listDifferences(
  deps: Deps,
  plan: Plan,
  service: Service,
  wanted: WantedService,
): Promise<string[]> {
  const name = service.serviceName!;
  const { taskDefinition } = await describeDefinition(deps, service.taskDefinition!);
  const containers = taskDefinition?.containerDefinitions ?? [];
  const own = containers.find((container) => container.name === name) ?? containers[0];
  return [
    ...compareImage(plan, name, own?.image ?? ''),
    ...compareDuties(plan, name, own, wanted),
    ...compareRegistry(plan, name, service, wanted),
    ...compareGroups(plan, name, service),
  ];
}

/** `<registry>/<repository>`, then `:<tag>`, `@<digest>` or both. */
const IMAGE = /^[^/]+\/([^:@]+)(?::([^@]+))?/;

function compareImage(plan: Plan, name: string, image: string): string[] {
  const service = plan.services[name]!;
  const repository = nameRepository(name, service);
  const [, found, tag] = IMAGE.exec(image) ?? [];
  const isOther = found !== repository || (service.tag !== undefined && tag !== undefined && tag !== service.tag);
  return isOther ? [describeImage(image, repository, service.tag)] : [];
}

/**
 * Duties change sides once the hosts have stopped, by another task definition, which a service of somebody else does not
 * get: so only one without any can be used before that.
 */
function compareDuties(
  plan: Plan,
  name: string,
  own: ContainerDefinition | undefined,
  { hasDuties }: WantedService,
): string[] {
  const { duties } = plan.services[name]!;
  if (duties.length === 0) return [];
  if (!hasDuties) return [describeUnswitched(duties)];
  const off = duties.filter((duty) => own?.environment?.some((each) => each.name === duty && each.value === 'off'));
  return off.map(describeDuty);
}

function compareRegistry(
  { namespace }: Plan,
  name: string,
  { serviceRegistries = [] }: Service,
  { registry }: WantedService,
): string[] {
  if (serviceRegistries.length === 0) return [];
  const isIn = serviceRegistries.some(({ registryArn }) => registryArn === registry);
  return isIn ? [] : [describeOtherRegistry(`${name}.${namespace}`)];
}

function compareGroups(plan: Plan, name: string, { loadBalancers = [] }: Service): string[] {
  const { expose, port } = plan.services[name]!;
  if (!isRouted(plan.loadBalancer.scheme, expose) || loadBalancers.length === 0) return [];
  const wanted = nameTargetGroup(name, plan.services[name]!);
  const isIn = loadBalancers.some(
    ({ targetGroupArn, containerPort }) => nameGroup(targetGroupArn!) === wanted && containerPort === port,
  );
  return isIn ? [] : [describeOtherGroup(wanted, port)];
}
