import { DescribeAutoScalingInstancesCommand } from '@aws-sdk/client-auto-scaling';
import {
  DescribeAddressesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws, normalise } from '../failures';
import { runScript } from '../host/ssm';
import { compose, containersOf, type Container } from '../host/stack';
import type { Finding } from '../../contract/findings';
import type { Host } from '../../contract/hosts';
import { fail, pass, warn } from './index';

export interface Hosts {
  findings: Finding[];
  hosts: Host[];
  /** what the compose stack publishes, by port */
  published: { port: number; protocol: string; container: string }[];
  containers: (Container & { instanceId: string })[];
}

/** The EC2 hosts: running, reachable, and safe to stop and to start again. */
export async function lookAtHosts(deps: Deps, plan: Plan): Promise<Hosts> {
  const { ec2 } = deps.clients;
  const result: Hosts = { findings: [], hosts: [], published: [], containers: [] };
  let instances: Instance[] = [];
  try {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: plan.source.instances }));
    instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  } catch (error) {
    if (!isAws(error, 'InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed')) throw error;
    result.findings.push(
      fail('host', (error as Error).message, 'correct source.instances; see aws ec2 describe-instances'),
    );
    return result;
  }
  for (const instance of instances) {
    const id = instance.InstanceId!;
    const state = instance.State?.Name ?? 'unknown';
    const { Addresses = [] } = await ec2.send(
      new DescribeAddressesCommand({ Filters: [{ Name: 'instance-id', Values: [id] }] }),
    );
    const publicIp = Addresses[0]?.PublicIp ?? instance.PublicIpAddress;
    result.hosts.push({
      instanceId: id,
      state,
      elasticIp: Addresses.length > 0,
      ...(publicIp ? { publicIp } : {}),
      ...(instance.PrivateIpAddress ? { privateIp: instance.PrivateIpAddress } : {}),
    });
    if (state !== 'running') {
      result.findings.push(fail('host', `${id} is ${state}`, `start it, or take it out of source.instances`));
      continue;
    }
    result.findings.push(pass('host', `${id} runs`), ...(await stoppable(deps, instance)));
    const reached = await containersOn(deps, plan, id);
    result.findings.push(...reached.findings);
    if (reached.containers.length > 0)
      result.hosts.at(-1)!.services = [...new Set(reached.containers.map(({ Service }) => Service))];
    result.published.push(...reached.published);
    result.containers.push(...reached.containers);
  }
  return result;
}

async function stoppable({ clients: { ec2, autoScaling } }: Deps, instance: Instance): Promise<Finding[]> {
  const id = instance.InstanceId!;
  const findings: Finding[] = [];
  const { AutoScalingInstances = [] } = await autoScaling.send(
    new DescribeAutoScalingInstancesCommand({ InstanceIds: [id] }),
  );
  const group = AutoScalingInstances[0]?.AutoScalingGroupName;
  if (group)
    findings.push(
      fail(
        'host group',
        `${id} is in Auto Scaling group ${group}, which replaces it when it stops`,
        `aws autoscaling detach-instances --instance-ids ${id} --auto-scaling-group-name ${group} --should-decrement-desired-capacity`,
      ),
    );
  for (const [Attribute, read, option] of [
    ['disableApiTermination', 'DisableApiTermination', '--no-disable-api-termination'],
    ['disableApiStop', 'DisableApiStop', '--no-disable-api-stop'],
  ] as const) {
    const attribute = await ec2
      .send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute }))
      .catch((error: unknown) => {
        if (!isAws(error)) throw error;
        findings.push(
          warn(
            'host protection',
            `${Attribute} of ${id} can not be read: ${error.name}`,
            `allow ec2:DescribeInstanceAttribute, or look yourself: with it, the run can't ${Attribute === 'disableApiStop' ? 'stop' : 'terminate'} the host`,
          ),
        );
        return undefined;
      });
    if (attribute?.[read]?.Value)
      findings.push(
        fail(
          'host protection',
          `${id} has ${Attribute}`,
          `aws ec2 modify-instance-attribute --instance-id ${id} ${option}`,
        ),
      );
  }
  const { InstanceTypes = [] } = await ec2.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: [instance.InstanceType!] }),
  );
  if (InstanceTypes[0]?.InstanceStorageSupported)
    findings.push(
      fail(
        'instance store',
        `${id} (${instance.InstanceType}) has instance store, which is lost at a stop`,
        'move what lies there to EBS or S3, and the instance to a type without it',
      ),
    );
  const going = (instance.BlockDeviceMappings ?? [])
    .filter(({ Ebs }) => Ebs?.DeleteOnTermination)
    .map(({ Ebs }) => Ebs!.VolumeId);
  if (going.length > 0)
    findings.push(
      warn('volumes', `${going.join(', ')} go with ${id}`, 'nothing to do: termination waits for complete snapshots'),
    );
  return findings;
}

async function containersOn(
  deps: Deps,
  plan: Plan,
  id: string,
): Promise<Pick<Hosts, 'findings' | 'published' | 'containers'>> {
  const directory = plan.source.composeDirectory;
  try {
    const { code, output, error } = await runScript(
      deps,
      id,
      'preflight: docker compose ps',
      `${compose(directory)} ps --format json`,
      60,
    );
    if (code !== 0)
      return {
        published: [],
        containers: [],
        findings: [
          fail(
            'compose',
            `docker compose in ${directory} on ${id} exits with ${code}: ${error.trim()}`,
            'correct source.composeDirectory',
          ),
        ],
      };
    const containers: Container[] = containersOf(output);
    const published = containers.flatMap(({ Service, Publishers = [] }) =>
      Publishers.filter(({ PublishedPort }) => PublishedPort > 0).map(({ PublishedPort, Protocol }) => ({
        port: PublishedPort,
        protocol: Protocol,
        container: Service,
      })),
    );
    const finding =
      containers.length > 0
        ? pass('compose', `${containers.length} containers run in ${directory} on ${id}`)
        : fail(
            'compose',
            `no container runs in ${directory} on ${id}`,
            'correct source.composeDirectory, or start the stack',
          );
    return {
      findings: [finding],
      published,
      containers: containers.map((container) => ({ ...container, instanceId: id })),
    };
  } catch (error) {
    const { message } = normalise(error, 'SSM on', { instanceId: id }) as Error;
    return {
      published: [],
      containers: [],
      findings: [
        fail(
          'ssm',
          `${id} is not reachable by SSM: ${message}`,
          'install the SSM agent and give the instance a role with AmazonSSMManagedInstanceCore',
        ),
      ],
    };
  }
}
