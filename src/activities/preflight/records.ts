import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetHostedZoneCommand, ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { fromAws, marks, words } from '../aws/record';
import type { Finding } from '../../contract/findings';
import type { RecordSet, SavedRecord } from '../../contract/records';
import type { Hosts } from './hosts';
import { fail, pass, warn } from './index';

/** Every moving name: whether it can become a clean pair, and what its clients use. */
export async function lookAtRecords(
  { clients: { route53, elb } }: Deps,
  plan: Plan,
  { hosts, published }: Hosts,
): Promise<{ findings: Finding[]; records: SavedRecord[] }> {
  const findings: Finding[] = [];
  const records: SavedRecord[] = [];
  let zone: string;
  try {
    const { HostedZone } = await route53.send(new GetHostedZoneCommand({ Id: plan.hostedZone }));
    zone = HostedZone!.Name!.replace(/\.$/, '');
  } catch (error) {
    if (!isAws(error, 'NoSuchHostedZone')) throw error;
    return {
      records,
      findings: [
        fail(
          'zone',
          `there is no hosted zone ${plan.hostedZone}`,
          'correct hostedZone; see aws route53 list-hosted-zones',
        ),
      ],
    };
  }
  const read = async (name: string): Promise<RecordSet[]> => {
    const { ResourceRecordSets = [] } = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: plan.hostedZone, StartRecordName: name, MaxItems: 100 }),
    );
    return ResourceRecordSets.map(fromAws).filter(
      (set) => set.name === name && ['A', 'AAAA', 'CNAME'].includes(set.type),
    );
  };
  const balancer = await elb
    .send(new DescribeLoadBalancersCommand({ Names: [plan.loadBalancer.name] }))
    .then(({ LoadBalancers }) => LoadBalancers?.[0]?.DNSName?.toLowerCase())
    .catch((error: unknown) => {
      if (isAws(error, 'LoadBalancerNotFound')) return undefined;
      throw error;
    });
  // a private address stays with its instance, stopped or not
  const known = new Map(
    hosts.flatMap(({ publicIp, privateIp, elasticIp, instanceId }) => [
      ...(publicIp ? [[publicIp, { stays: elasticIp, instanceId }] as const] : []),
      ...(privateIp ? [[privateIp, { stays: true, instanceId }] as const] : []),
    ]),
  );

  for (const { name, protocol, port } of plan.records) {
    if (protocol !== 'https' || port !== 443) {
      findings.push(
        fail(
          'record port',
          `clients of ${name} use ${protocol} ${port}, the load balancer serves HTTPS 443 only`,
          `move them to https://${name}, or take the name out of records`,
        ),
      );
    }
    const sets = await read(name);
    const already = movedAlready(sets, plan.name, balancer);
    if (already) {
      records.push(already);
      findings.push(pass('record', `${name} leads to ECS since an earlier run`));
      continue;
    }
    const problem = unclean(name, sets, zone, plan.name);
    if (problem) {
      findings.push(problem);
      continue;
    }
    const [original] = sets as [RecordSet];
    let target: RecordSet | undefined;
    if (original.type === 'CNAME') {
      const inner = await read(original.values![0]!.replace(/\.$/, '').toLowerCase());
      if (inner.length !== 1 || inner[0]!.type !== 'A' || inner[0]!.alias || inner[0]!.setIdentifier) {
        findings.push(
          fail(
            'record',
            `${name} is a CNAME to ${original.values![0]}, which is ${words(inner)}`,
            'point it to a name with one simple A record in this zone',
          ),
        );
        continue;
      }
      [target] = inner;
    }
    for (const ip of (target ?? original).values ?? []) {
      const host = known.get(ip);
      if (!host)
        findings.push(
          fail(
            'record address',
            `${name} leads to ${ip}, which is none of the plan's hosts`,
            'correct source.instances, or the record',
          ),
        );
      else if (!host.stays && plan.source.follow === 'elastic-ip') {
        findings.push(
          fail(
            'record address',
            `${name} leads to ${ip}, which ${host.instanceId} loses when it stops`,
            'give the host an Elastic IP, or set source.follow: instance; then a rollback writes the new address',
          ),
        );
      }
    }
    records.push({ name, original, ...(target ? { target } : {}) });
    findings.push(
      pass('record', `${name} is ${words([original])}${target ? `, ${target.name} is ${words([target])}` : ''}`),
    );
  }
  return { records, findings: [...findings, ...ports(plan, published)] };
}

/** What an earlier run of this stack left when it ended completed: the fold, or the pair where it kept the hosts. */
function movedAlready(sets: RecordSet[], stack: string, balancer: string | undefined): SavedRecord | undefined {
  const mark = marks(stack);
  const [first] = sets;
  const leadsToEcs = (set?: RecordSet) => balancer !== undefined && set?.alias?.dnsName === balancer;
  if (first && sets.length === 1 && leadsToEcs(first) && !first.setIdentifier)
    return { name: first.name, original: first, moved: 'fold' };
  const ecs = sets.find(({ setIdentifier }) => setIdentifier === mark.ecs);
  const host = sets.find(({ setIdentifier }) => setIdentifier === mark.host);
  if (sets.length !== 2 || !host || !leadsToEcs(ecs) || ecs!.weight !== 100 || host.weight !== 0) return undefined;
  const { name, values, ttl, alias } = host;
  return alias
    ? {
        name,
        moved: 'pair',
        original: { name, type: 'CNAME', values: [alias.dnsName] },
        target: { name: alias.dnsName, type: 'A' },
      }
    : {
        name,
        moved: 'pair',
        original: { name, type: 'A', ...(ttl === undefined ? {} : { ttl }), values: values ?? [] },
      };
}

function unclean(name: string, sets: RecordSet[], zone: string, stack: string): Finding | undefined {
  const mark = marks(stack);
  if (sets.length === 0)
    return fail(
      'record',
      `there is no record ${name} in ${zone}`,
      `create it as it should be while the host serves, or correct records`,
    );
  const foreign = sets.find(
    ({ setIdentifier }) =>
      setIdentifier?.startsWith('lgtm-migrate:') && setIdentifier !== mark.host && setIdentifier !== mark.ecs,
  );
  if (foreign)
    return fail(
      'record',
      `${name} carries the mark of another migration, ${foreign.setIdentifier}`,
      'let that one end or roll back first',
    );
  if (sets.length > 1 || sets[0]!.setIdentifier)
    return fail(
      'record',
      `${name} is not one simple record: ${words(sets)}`,
      sets.some(({ type }) => type === 'AAAA')
        ? 'remove the AAAA record: the load balancer has none'
        : 'fold it into one simple A or CNAME record',
    );
  const [record] = sets as [RecordSet];
  if (record.type === 'AAAA') return fail('record', `${name} has only an AAAA record`, 'give it an A record');
  if (record.alias)
    return fail(
      'record',
      `${name} is an alias to ${record.alias.dnsName}`,
      'make it an A record or a CNAME of the host that serves; if it leads to ECS already there is nothing to move',
    );
  if (record.type === 'CNAME' && !record.values![0]!.replace(/\.$/, '').endsWith(`.${zone}`))
    return fail(
      'record',
      `${name} is a CNAME to ${record.values![0]}, outside ${zone}`,
      'point it to a name in this zone, with an A record',
    );
  return undefined;
}

/** Ports that the host publishes and the listener doesn't serve: their clients stay behind. */
function ports(plan: Plan, published: Hosts['published']): Finding[] {
  const others = published.filter(({ port, protocol }) => protocol === 'tcp' && port !== 443);
  if (published.length > 0 && !published.some(({ port }) => port === 443)) {
    return [
      fail(
        'record port',
        `the host does not serve HTTPS 443, so clients of ${plan.records.map(({ name }) => name).join(', ')} use something else`,
        'declare protocol and port of each record as clients use them',
      ),
    ];
  }
  return others.length === 0
    ? []
    : [
        warn(
          'ports',
          `the host also publishes ${others.map(({ port, container }) => `${port} (${container})`).join(', ')}`,
          'clients of these ports do not move with the records; point them to the new names before the hosts stop',
        ),
      ];
}
