import { isCancellation } from '@temporalio/workflow';
import type { Survey } from '../../contract/findings';
import type { Platform } from '../../contract/platform';
import type { MissingParts, WatchedService } from '../../contract/watch';
import { listRecordsTo, nameRepository } from '../../plan/names';
import { perform } from '../engine/activities';
import { messageOf } from '../engine/failures';
import { watchPorts, watchRules } from '../engine/ingest';
import type { Mender } from '../engine/phase';
import { listStartParts, type Release } from '../engine/release';
import type { Run } from '../engine/run';
import type { Images } from '../moves/images';
import { waitUntilVerified } from '../moves/services';
import { tellUnlookedAt } from '../moves/texts';
import { deploy } from './deploy';
import { images } from './images';
import { provision } from './provision';

const NOTHING: MissingParts = {
  missing: [],
  repositories: [],
};

/** What users will come to, phase by phase; before they do, what somebody deletes of it is named and made anew. */
export class Groundwork implements Mender {
  private platform: Platform | null = null;
  private built: Images | null = null;
  private release: Release | null = null;
  private gone = NOTHING;

  constructor(
    private readonly migration: Run,
    private readonly survey: Survey,
  ) {}

  async provision(): Promise<void> {
    this.platform = await provision(this.migration, this.survey);
  }

  async build(): Promise<void> {
    this.built = await images(this.migration);
  }

  /** @returns the one release of the run, whenever it is deployed anew */
  async deploy(): Promise<Release> {
    const { migration, survey } = this;
    const release = await deploy(migration, survey, this.platform!, this.built);
    this.release = Object.assign(this.release ?? release, release);
    migration.facts.release = this.release;
    return this.release;
  }

  async findMissing(): Promise<string[]> {
    try {
      this.gone = await perform('findMissing', 'whether something was deleted', this.listParts());
    } catch (error) {
      if (isCancellation(error)) throw error;
      this.gone = NOTHING;
      this.migration.progress.addEvent(tellUnlookedAt(messageOf(error)));
    }
    return this.gone.missing;
  }

  /** Senders come to no port behind which nobody is ready: each target of the ingest is healthy. */
  async verifySenders(): Promise<void> {
    const { ingest } = this.platform!;
    const services = new Set(ingest?.groups.map(({ service }) => service));
    for (const service of services) {
      await waitUntilVerified(this.migration, this.platform!, service, this.release!.counts[service]!);
    }
  }

  /** A repository that is made anew has no image. */
  async mend(): Promise<void> {
    await this.provision();
    if (this.gone.repositories.length > 0) await this.build();
  }

  private listParts() {
    const { plan, facts } = this.migration;
    const { services } = plan;
    const { cluster, discovery, targetGroups, idleGroups = [] } = this.platform!;
    const watched: WatchedService[] = Object.entries(services).map(([name, { count }]) => {
      const group = targetGroups[name];
      return {
        name,
        count,
        ...(group && { targetGroupArn: group.id }),
        hosts: listRecordsTo(plan, name),
        ...watchRules(plan, name, facts.inside),
        discovery: discovery[name]!,
        ...watchPorts(this.platform!, name),
      };
    });
    return {
      cluster,
      services: watched,
      idleGroups: idleGroups.map(({ service, id }) => ({
        service,
        id,
      })),
      repositories: Object.entries(services).map(([name, service]) => nameRepository(name, service)),
      ...listStartParts(plan, this.platform!)!,
      isDeployed: this.release !== null,
    };
  }
}
