import { DescribeAddressesCommand, DescribeInstancesCommand, type Address, type Instance } from '@aws-sdk/client-ec2';
import type { Host } from '../../contract/hosts';
import type { Owner } from '../../contract/resources';
import type { Plan } from '../../plan/schema';
import { findCompose, type ComposePlace } from '../../plan/compose-place';
import type { Deps } from '../clients';
import { isAws, isDenied, normaliseError } from '../failures';
import { publishedPorts, tryListContainers, type Container } from '../host/containers';
import { findRun, isOurs } from '../owner';
import { listCompactors } from './compactors';
import type { Look } from './finding';
import { findStopProblems } from './host-stop';
import { unlessDenied } from './reading';
import {
  sayComposeFailed,
  sayHostDown,
  sayHostRuns,
  sayHostStopped,
  sayHostUnreachable,
  sayNoContainer,
  sayNoHost,
  sayStackRuns,
} from './texts/hosts';

const LIST_TIMEOUT_S = 60;

/** What the hosts are and what runs on them. */
export interface Hosts extends Look {
  hosts: Host[];
  /** what the compose stack publishes, by port */
  published: {
    port: number;
    protocol: string;
    container: string;
  }[];
  containers: (Container & { instanceId: string })[];
  /** hosts that an earlier run of this stack has stopped, by its mark */
  stopped: string[];
  /** where they are: of most one */
  vpcs: string[];
  /** a read was denied without which nobody knows what the hosts are, or which addresses they keep */
  isUnread: boolean;
  /** the same of what runs on them */
  isStackUnread: boolean;
}

/** `compactors`: services that do nothing but compact */
type Stack = Pick<Hosts, 'findings' | 'containers' | 'isStackUnread'> & { compactors: string[] };

/** The EC2 hosts: running, reachable, and safe to stop and to start again. */
export async function lookAtHosts(deps: Deps, plan: Plan, owner: Owner): Promise<Hosts> {
  const result: Hosts = {
    findings: [],
    hosts: [],
    published: [],
    containers: [],
    stopped: [],
    vpcs: [],
    isUnread: false,
    isStackUnread: false,
  };
  let instances: Instance[] | undefined;
  try {
    instances = await unlessDenied(readInstances(deps, plan.source.instances));
  } catch (error) {
    if (!isAws(error, 'InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed')) {
      throw error;
    }
    return {
      ...result,
      findings: [sayNoHost(error.message)],
    };
  }
  if (!instances)
    return {
      ...result,
      isUnread: true,
      isStackUnread: true,
    };
  for (const instance of instances) {
    const look = await lookAtHost(deps, plan, owner, instance);
    result.findings.push(...look.findings);
    result.hosts.push(...look.hosts);
    result.published.push(...look.published);
    result.containers.push(...look.containers);
    result.stopped.push(...look.stopped);
    result.isUnread ||= look.isUnread;
    result.isStackUnread ||= look.isStackUnread;
  }
  result.vpcs = [...new Set(instances.flatMap(({ VpcId }) => VpcId ?? []))];
  return result;
}

async function readInstances(deps: Deps, ids: string[]): Promise<Instance[]> {
  const { ec2 } = deps.clients;
  const command = new DescribeInstancesCommand({ InstanceIds: ids });
  const { Reservations = [] } = await ec2.send(command);
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

async function lookAtHost(deps: Deps, plan: Plan, owner: Owner, instance: Instance): Promise<Omit<Hosts, 'vpcs'>> {
  const instanceId = instance.InstanceId!;
  const described = await unlessDenied(describeHost(deps, instance));
  const isUnread = described === undefined;
  const host = described ?? writeHost(instance);
  if (host.state !== 'running') {
    const stopper = isOurs(instance.Tags, owner) && host.state !== 'terminated' ? findRun(instance.Tags) : undefined;
    return {
      findings: [stopper ? sayHostStopped(instanceId, stopper) : sayHostDown(instanceId, host.state)],
      hosts: [host],
      published: [],
      containers: [],
      stopped: stopper ? [instanceId] : [],
      isUnread,
      isStackUnread: false,
    };
  }
  const problems = await findStopProblems(deps, instance);
  const stack = await lookAtStack(deps, instanceId, findCompose(plan.source));
  const { compactors } = stack;
  const services = [...new Set(stack.containers.map(({ Service }) => Service))];
  return {
    findings: [sayHostRuns(instanceId), ...problems, ...stack.findings],
    hosts: [
      {
        ...host,
        ...(services.length > 0 && { services }),
        ...(compactors.length > 0 && { compactors }),
      },
    ],
    published: stack.containers.flatMap(portsOf),
    containers: stack.containers,
    stopped: [],
    isUnread,
    isStackUnread: stack.isStackUnread,
  };
}

/** An instance as a run knows it. */
export async function describeHost(deps: Deps, instance: Instance): Promise<Host> {
  const { ec2 } = deps.clients;
  const filter = {
    Name: 'instance-id',
    Values: [instance.InstanceId!],
  };
  const command = new DescribeAddressesCommand({ Filters: [filter] });
  const { Addresses = [] } = await ec2.send(command);
  return writeHost(instance, Addresses);
}

function writeHost(instance: Instance, addresses: Address[] = []): Host {
  const { InstanceId, State, PublicIpAddress, PrivateIpAddress } = instance;
  const publicIp = addresses[0]?.PublicIp ?? PublicIpAddress;
  return {
    instanceId: InstanceId!,
    state: State?.Name ?? 'unknown',
    elasticIp: addresses.length > 0,
    ...(publicIp ? { publicIp } : {}),
    ...(PrivateIpAddress ? { privateIp: PrivateIpAddress } : {}),
  };
}

/** Asks a host through SSM, which shows whether it can be asked at all. */
async function lookAtStack(deps: Deps, instanceId: string, place: ComposePlace): Promise<Stack> {
  const directory = place.composeDirectory;
  try {
    const { containers, failure } = await tryListContainers(
      deps,
      {
        instanceId,
        ...place,
      },
      {
        purpose: 'preflight: docker compose ps',
        timeoutSeconds: LIST_TIMEOUT_S,
      },
    );
    if (failure) {
      const finding = sayComposeFailed(instanceId, directory, failure.code, failure.error.trim());
      return {
        findings: [finding],
        containers: [],
        compactors: [],
        isStackUnread: false,
      };
    }
    const isEmpty = containers.length === 0;
    const compactors = isEmpty
      ? []
      : await listCompactors(deps, {
          instanceId,
          ...place,
        });
    return {
      findings: [
        isEmpty ? sayNoContainer(instanceId, directory) : sayStackRuns(instanceId, directory, containers.length),
      ],
      containers: containers.map((container) => ({
        ...container,
        instanceId,
      })),
      compactors,
      isStackUnread: false,
    };
  } catch (error) {
    const { message } = normaliseError(error, 'SSM on', { instanceId }) as Error;
    return {
      findings: isDenied(error) ? [] : [sayHostUnreachable(instanceId, message)],
      containers: [],
      compactors: [],
      isStackUnread: isDenied(error),
    };
  }
}

function portsOf(container: Container): Hosts['published'] {
  return publishedPorts(container).map(({ PublishedPort, Protocol }) => ({
    port: PublishedPort,
    protocol: Protocol,
    container: container.Service,
  }));
}
