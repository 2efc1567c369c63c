import { nameFamily, nameLogGroup, nameRepository, nameTargetGroup, PROBE_FAMILY } from '../../plan/names';
import type { Plan } from '../../plan/schema';

/** Writes the ARNs of what a plan names. */
export class Arns {
  private readonly partition: string;
  private readonly account: string;

  /** A load balancer takes a certificate of its own account only, so that its ARN names the account. */
  constructor(private readonly plan: Plan) {
    const [, partition = '', , , account = ''] = plan.certificate.split(':');
    this.partition = partition;
    this.account = plan.account ?? account;
  }

  /** In the plan's account and region. */
  own(service: string, ...resources: string[]): string[] {
    return resources.map((resource) => this.write(service, this.plan.region, this.account, resource));
  }

  /** Of services without regions. */
  everywhere(service: string, account: '' | 'account', ...resources: string[]): string[] {
    const owner = account && this.account;
    return resources.map((resource) => this.write(service, '', owner, resource));
  }

  /** A document of AWS's own, whose name nobody else can take: policies write it with an account and without. */
  script(): string[] {
    return [this.write('ssm', this.plan.region, '*', 'document/AWS-RunShellScript')];
  }

  /** What is of an account that no plan says: a VPC that is shared, a prefix list of AWS's own. */
  ofAnybody(service: string, ...resources: string[]): string[] {
    return resources.map((resource) => this.write(service, this.plan.region, '*', resource));
  }

  /** Images and snapshots: their ARNs name no account. */
  ofNobody(service: string, ...resources: string[]): string[] {
    return resources.map((resource) => this.write(service, this.plan.region, '', resource));
  }

  buckets(): string[] {
    return [this.write('s3', '', '', this.plan.bucket)];
  }

  /** A role that somebody made may have a path. */
  roles(...names: string[]): string[] {
    const resources = names.flatMap((name) => [`role/${name}`, `role/*/${name}`]);
    return this.everywhere('iam', 'account', ...resources);
  }

  planRoles(): string[] {
    const { execution, task } = this.plan.roles;
    return this.roles(...new Set([execution, task]));
  }

  cluster(): string {
    return this.own('ecs', `cluster/${this.plan.cluster}`)[0]!;
  }

  hosts(): string[] {
    const resources = this.plan.source.instances.map((id) => `instance/${id}`);
    return this.own('ec2', ...resources);
  }

  repositories(): string[] {
    const names = this.services().map(([name, service]) => nameRepository(name, service));
    return this.own('ecr', ...names.map((name) => `repository/${name}`));
  }

  families(): string[] {
    const names = this.services().map(([name, service]) => nameFamily(name, service));
    return this.own('ecs', ...[...names, PROBE_FAMILY].map((name) => `task-definition/${name}:*`));
  }

  /** Some actions ask for a group, others for what is in it. Source: AWS, "Resources" of CloudWatch Logs. */
  logGroups(): string[] {
    const groups = this.groupNames().flatMap((name) => [`log-group:${name}`, `log-group:${name}:*`]);
    return this.own('logs', ...groups);
  }

  logStreams(): string[] {
    return this.own('logs', ...this.groupNames().map((name) => `log-group:${name}:log-stream:*`));
  }

  /** One that is not there is asked for by its bare name, without the six characters that AWS adds. */
  secrets(): string[] {
    const resources = this.plan.secrets.map(({ name }) => `secret:${name}*`);
    return this.own('secretsmanager', ...resources);
  }

  /** @param kind and what stands behind the name: `listener` and `/*\/*` */
  balancers(kind: 'loadbalancer' | 'listener' | 'listener-rule', rest: string): string[] {
    const { loadBalancer, ingest } = this.plan;
    const names = [`app/${loadBalancer.name}`, ...(ingest ? [`net/${ingest.name}`] : [])];
    const resources = names.map((name) => `${kind}/${name}${rest}`);
    return this.own('elasticloadbalancing', ...resources);
  }

  targetGroups(): string[] {
    const { ingest } = this.plan;
    const exposed = this.services().filter(([, { expose }]) => expose);
    const names = exposed.map(([name, service]) => nameTargetGroup(name, service));
    // of which ports is known only of the hosts
    const ofIngest = ingest ? [`${ingest.name}-*`] : [];
    const resources = [...names, ...ofIngest].map((name) => `targetgroup/${name}/*`);
    return this.own('elasticloadbalancing', ...resources);
  }

  private groupNames(): string[] {
    return Object.keys(this.plan.services).map((name) => nameLogGroup(this.plan, name));
  }

  private services() {
    return Object.entries(this.plan.services);
  }

  private write(service: string, region: string, account: string, resource: string): string {
    return `arn:${this.partition}:${service}:${region}:${account}:${resource}`;
  }
}
