import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type ChangeAction,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { Operator } from './operator';

/** The name that moves in every lab. */
export const NAME = 'grafana.example.com';

/** A colleague at the Route 53 console. */
export class Colleague {
  private readonly route53: Route53Client;

  constructor(private readonly operator: Pick<Operator, 'asOwner' | 'emulator'>) {
    this.route53 = new Route53Client({
      ...operator.asOwner,
      region: 'us-east-1',
    });
  }

  /** The sets of the name that moves. */
  async list(): Promise<ResourceRecordSet[]> {
    const HostedZoneId = await this.zone();
    const { ResourceRecordSets = [] } = await this.route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
    return ResourceRecordSets.filter(({ Name }) => Name === `${NAME}.`);
  }

  async change(...changes: [ChangeAction, ResourceRecordSet][]): Promise<void> {
    const HostedZoneId = await this.zone();
    const Changes = changes.map(([Action, set]) => ({
      Action,
      ResourceRecordSet: set,
    }));
    await this.route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId,
        ChangeBatch: { Changes },
      }),
    );
  }

  /** Puts these in the place of all that the name has; none: the name is gone. */
  async replace(...theirs: ResourceRecordSet[]): Promise<void> {
    const found = await this.list();
    const deletions = found.map((set): [ChangeAction, ResourceRecordSet] => ['DELETE', set]);
    const creations = theirs.map((set): [ChangeAction, ResourceRecordSet] => ['CREATE', set]);
    await this.change(...deletions, ...creations);
  }

  /** Writes another weight into the set of ECS. @returns the set as it was */
  async weigh(weight: number): Promise<ResourceRecordSet> {
    const sets = await this.list();
    const found = sets.find(({ SetIdentifier }) => SetIdentifier?.endsWith(':ecs'))!;
    await this.change([
      'UPSERT',
      {
        ...found,
        Weight: weight,
      },
    ]);
    return found;
  }

  private async zone(): Promise<string> {
    return (await this.operator.emulator.world()).hostedZoneId;
  }
}
