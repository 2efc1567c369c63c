import type { ProbePlace, UserRequests } from '../../contract/probes';
import type { ServiceState } from '../../contract/services';
import type { StoreService } from '../../contract/stores';
import type { RequestsPlace } from '../../contract/watch';
import type { Release } from './release';

/** Where the stores on ECS are asked what they hold only in memory. */
export interface MemoryQuestion {
  /** null: no service of the plan can probe */
  probe: ProbePlace | null;
  stores: StoreService[];
  /** ISO, when users began to come to ECS */
  since: string;
}

/** What a run learned on its way, and what a later step or an undo needs when it is carried out. */
export class Facts {
  /** the services before this run touched them */
  servicesBefore: Record<string, ServiceState> | null = null;
  /** service → tasks that run of those it should have */
  readonly tasks: Record<string, { running: number; count: number }> = {};
  /** the services as they run, once all of them do */
  release: Release | null = null;
  /** where the old stores answer, once a service has to write to them */
  oldHost: string | null = null;
  /** case 3 is tried once: a second performance failure goes back */
  hasScaledOut = false;
  /** public addresses that changed when a host started again: old → new */
  readonly changedAddresses: Record<string, string> = {};
  /** while a way back would lose what is only in the new stores' memory */
  memoryAtRisk: MemoryQuestion | null = null;
  /** a weight was asked for: there may be users on ECS */
  hasSentUsers = false;
  /** an earlier run has moved names to ECS: users are there from the beginning */
  hasEarlierUsers = false;
  /** the VPC's ranges: who comes to an internal load balancer; null: nobody has looked */
  inside: string[] | null = null;
  /** where they are counted, where that is another run's; null: of the release */
  requests: RequestsPlace | null = null;
  /** users' requests that were seen to reach our tasks: the watch goes on asking where that is told from nothing else */
  asking: UserRequests | null = null;
  /** counts what both sides receive, from the first weight of this run on, where senders move */
  received: { look(): Promise<unknown> } | null = null;
  /** hosted zones in which no name leads to ECS any more, on the way back */
  readonly zonesBack = new Set<string>();
  /** epoch ms since when no name leads to ECS, on the way back */
  usersLeftAt: number | null = null;
  /** epoch ms since when a host's containers run again, on the way back */
  hostsRunSince: number | null = null;
  /** on the way back, until nobody asks ECS any more; null: nobody has waited for it yet */
  leaving: Promise<unknown> | null = null;
  private probes = 0;

  /** What a probe is for, unique in the run: AWS gives the same task back for the same purpose. */
  nextPurpose(what: string): string {
    this.probes++;
    return `${what}-${this.probes}`;
  }
}
