import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { DescribeImagesCommand as DescribeEcrImages, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { DescribeServicesCommand, DescribeClustersCommand, type Service } from '@aws-sdk/client-ecs';
import { GetHostedZoneCommand } from '@aws-sdk/client-route-53';
import { GetNamespaceCommand, paginateListNamespaces, paginateListServices } from '@aws-sdk/client-servicediscovery';
import { repositoryOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { MIGRATION_TAG } from '../owner';
import type { Finding, Network } from '../../contract/findings';
import type { Owner } from '../../contract/resources';
import { fail, pass, warn } from './index';

/** Nothing where the thing asked for is not there. */
export async function orNothing<T>(ask: Promise<T>, ...names: string[]): Promise<T | undefined> {
  return ask.catch((error: unknown) => {
    if (isAws(error, ...names)) return undefined;
    throw error;
  });
}

/** What is there already: adopted where it fits, a conflict where it differs in a way that matters. */
export async function existingFindings(deps: Deps, plan: Plan, owner: Owner, network: Network): Promise<Finding[]> {
  return (
    await Promise.all([
      hosts(deps, plan, owner),
      repositories(deps, plan),
      cluster(deps, plan, owner, network),
      discovery(deps, plan, network),
    ])
  ).flat();
}

async function hosts({ clients: { ec2 } }: Deps, { source: { instances } }: Plan, owner: Owner): Promise<Finding[]> {
  const { Tags = [] } = await ec2.send(
    new DescribeTagsCommand({
      Filters: [
        { Name: 'resource-id', Values: instances },
        { Name: 'key', Values: [MIGRATION_TAG] },
      ],
    }),
  );
  return Tags.filter(({ Value }) => Value !== owner.migration).map(({ ResourceId, Value }) =>
    fail(
      'host',
      `${ResourceId} carries the mark of another migration, ${Value}`,
      `let that migration end or roll back first; if it is gone: aws ec2 delete-tags --resources ${ResourceId} --tags Key=${MIGRATION_TAG}`,
    ),
  );
}

async function repositories({ clients: { ecr } }: Deps, plan: Plan): Promise<Finding[]> {
  const findings = await Promise.all(
    Object.entries(plan.services).map(async ([name, service]): Promise<Finding[]> => {
      const repository = repositoryOf(name, service);
      const found = (
        await orNothing(
          ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] })),
          'RepositoryNotFound',
        )
      )?.repositories?.[0];
      if (!found) return [];
      const images = await orNothing(ecr.send(new DescribeEcrImages({ repositoryName: repository })), 'ImageNotFound');
      return [
        ...(found.imageTagMutability === 'MUTABLE'
          ? [
              warn(
                'repository',
                `repository ${repository} has mutable tags`,
                'deploys go by digest; make its tags immutable when you can',
              ),
            ]
          : [pass('repository', `repository ${repository} is there`)]),
        ...((images?.imageDetails ?? []).length === 0
          ? [warn('image', `repository ${repository} holds no image`, 'push one; the deploy holds until it is there')]
          : []),
      ];
    }),
  );
  return findings.flat();
}

/** Services that DescribeServices takes at once. */
const DESCRIBED = 10;

/** The plan's services as ECS has them, with their tags. */
export async function servicesOf(ecs: Deps['clients']['ecs'], { cluster, services }: Plan): Promise<Service[]> {
  const names = Object.keys(services);
  const found: Service[] = [];
  for (let from = 0; from < names.length; from += DESCRIBED) {
    found.push(
      ...((
        await orNothing(
          ecs.send(
            new DescribeServicesCommand({ cluster, services: names.slice(from, from + DESCRIBED), include: ['TAGS'] }),
          ),
          'ClusterNotFound',
        )
      )?.services ?? []),
    );
  }
  return found;
}

async function cluster(deps: Deps, plan: Plan, owner: Owner, network: Network): Promise<Finding[]> {
  const { ecs } = deps.clients;
  const { clusters = [] } = await ecs.send(
    new DescribeClustersCommand({ clusters: [plan.cluster], include: ['TAGS', 'SETTINGS'] }),
  );
  const found = clusters.find(({ status }) => status === 'ACTIVE');
  if (!found) return [];
  const mark = found.tags?.find(({ key }) => key === MIGRATION_TAG)?.value;
  if (mark && mark !== owner.migration)
    return [
      fail(
        'cluster',
        `cluster ${plan.cluster} carries the mark of another migration, ${mark}`,
        'name another cluster, or let that migration end first',
      ),
    ];
  const findings: Finding[] = [pass('cluster', `cluster ${plan.cluster} is adopted`)];
  if (!found.capacityProviders?.includes('FARGATE'))
    findings.push(
      fail(
        'cluster',
        `cluster ${plan.cluster} has no capacity provider FARGATE`,
        `aws ecs put-cluster-capacity-providers --cluster ${plan.cluster} --capacity-providers FARGATE FARGATE_SPOT --default-capacity-provider-strategy capacityProvider=FARGATE,weight=1`,
      ),
    );
  const services = await servicesOf(ecs, plan);
  const others = services.filter(
    ({ status, tags }) =>
      status === 'ACTIVE' && !tags?.some(({ key, value }) => key === MIGRATION_TAG && value === owner.migration),
  );
  return [
    ...findings,
    ...(await Promise.all(others.map((service) => foreignService(deps, plan, service, network)))).flat(),
  ];
}

/** A service that somebody made by hand is used as it is: it must be what the run would have made, where that matters. */
async function foreignService(
  { clients: { ec2 } }: Deps,
  plan: Plan,
  service: Service,
  { vpcId }: Network,
): Promise<Finding[]> {
  const name = service.serviceName!;
  const { count, expose } = plan.services[name]!;
  const findings: Finding[] = [];
  const anew = `aws ecs delete-service --cluster ${plan.cluster} --service ${name} --force, if nobody uses it; the run makes it anew`;
  const unreached = [
    expose && !service.loadBalancers?.length ? 'no target group' : '',
    service.serviceRegistries?.length ? '' : 'no discovery service',
  ].filter(Boolean);
  if (unreached.length > 0)
    findings.push(
      fail(
        'service',
        `service ${name} is somebody else's and has ${unreached.join(' and ')}: nobody would reach it`,
        anew,
      ),
    );
  if (service.desiredCount !== count)
    findings.push(
      fail(
        'service',
        `service ${name} is somebody else's and has ${service.desiredCount} tasks, the plan wants ${count}`,
        `set services.${name}.count, or scale it`,
      ),
    );
  const { subnets = [], securityGroups = [] } = service.networkConfiguration?.awsvpcConfiguration ?? {};
  if (vpcId === '' || subnets.length === 0) return findings;
  const [{ Subnets = [] }, { SecurityGroups = [] }] = await Promise.all([
    ec2.send(new DescribeSubnetsCommand({ SubnetIds: subnets })),
    securityGroups.length > 0
      ? ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: securityGroups }))
      : { SecurityGroups: [] },
  ]);
  const elsewhere = Subnets.find(({ VpcId }) => VpcId !== vpcId);
  if (elsewhere)
    findings.push(
      fail(
        'service',
        `service ${name} is somebody else's and runs in ${elsewhere.VpcId}, the others will in ${vpcId}`,
        anew,
      ),
    );
  else if (!SecurityGroups.some(({ GroupName }) => GroupName === plan.network.taskSecurityGroup)) {
    findings.push(
      fail(
        'service',
        `service ${name} is somebody else's and has not security group ${plan.network.taskSecurityGroup}: neither its peers nor the load balancer reach it`,
        anew,
      ),
    );
  }
  return findings;
}

/** Peers find each other by A records of all tasks; what an adopted name answers otherwise can't be changed in Cloud Map. */
async function discovery(
  { clients: { discovery, route53 } }: Deps,
  plan: Plan,
  { vpcId }: Network,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const { Namespaces = [] } of paginateListNamespaces({ client: discovery }, {})) {
    for (const { Id } of Namespaces.filter(({ Name, Type }) => Name === plan.namespace && Type === 'DNS_PRIVATE')) {
      const zone = (await discovery.send(new GetNamespaceCommand({ Id }))).Namespace?.Properties?.DnsProperties
        ?.HostedZoneId;
      const { VPCs = [] } = zone ? await route53.send(new GetHostedZoneCommand({ Id: zone })) : {};
      findings.push(
        vpcId === '' || VPCs.some(({ VPCId }) => VPCId === vpcId)
          ? pass('namespace', `namespace ${plan.namespace} is adopted`)
          : fail(
              'namespace',
              `namespace ${plan.namespace} answers in ${VPCs.map(({ VPCId }) => VPCId).join(', ') || 'no VPC'}, the tasks will be in ${vpcId}`,
              `aws route53 associate-vpc-with-hosted-zone --hosted-zone-id ${zone} --vpc VPCRegion=${plan.region},VPCId=${vpcId}`,
            ),
      );
      for await (const { Services = [] } of paginateListServices(
        { client: discovery },
        { Filters: [{ Name: 'NAMESPACE_ID', Values: [Id!], Condition: 'EQ' }] },
      )) {
        for (const { Name, Id: service, DnsConfig } of Services.filter(({ Name }) => Name! in plan.services)) {
          const is = `${DnsConfig?.DnsRecords?.map(({ Type, TTL }) => `${Type} TTL ${TTL}`).join(', ') || 'without DNS'}, ${DnsConfig?.RoutingPolicy ?? 'no routing'}`;
          if (is !== 'A TTL 10, MULTIVALUE')
            findings.push(
              fail(
                'discovery',
                `discovery service ${Name}.${plan.namespace} is ${is}; it must be A TTL 10, MULTIVALUE`,
                `aws servicediscovery delete-service --id ${service}, once nothing is registered; the run makes it anew`,
              ),
            );
        }
      }
    }
  }
  return findings;
}
