import type { Peer } from '../../contract/hosts';
import type { SenderPort, SendersBack } from '../../contract/senders';
import { findCompose } from '../../plan/compose-place';
import { perform, type Patience } from '../engine/activities';
import { failFor } from '../engine/failures';
import type { Run } from '../engine/run';
import { rest } from '../engine/timers';
import { requestConnections } from './connections';
import { listReceiving } from './received';
import { describePort, tellAway, tellNobodyBack, tellNothingReceived, tellSendersBack } from './texts';

/** Between two looks: as long as remote write and OTLP's clients pause at most. */
const PAUSE_MS = 60_000;
/** For more than five minutes: the ingest ends what is connected to a target three minutes after it is deregistered. */
const LOOKS = 6;

/**
 * Undo: whoever had come to ECS sends to the hosts again. Of a port at which preflight saw somebody, somebody is
 * connected; of another one that, or its service has received something since.
 * @throws SendersAway with the ports where nobody is
 */
export async function awaitSenders(
  run: Run,
  { instances, ports, arrived }: SendersBack,
  patience: Patience,
): Promise<void> {
  const awaited = ports.filter(({ service, peers }) => arrived?.includes(service) ?? peers.length > 0);
  if (awaited.length === 0) return;
  const returning = new Returning(run, instances, awaited, patience);
  await returning.look();
  for (let look = 1; look < LOOKS && !returning.isComplete(); look++) {
    await rest(PAUSE_MS, 'until senders are back at the hosts');
    await returning.look();
  }
  const away = returning.listAway();
  if (away.length > 0) throw failFor('SendersAway', tellAway(away.map(describeAway)));
  const ids = instances.join(', ');
  run.progress.addEvent(tellSendersBack(ids, awaited.map(describePort), returning.listUnseen()));
}

const describeAway = (port: SenderPort): string =>
  port.peers.length > 0 ? tellNobodyBack(port, port.peers) : tellNothingReceived(port);

/** Who has been seen at the hosts, look by look. */
class Returning {
  private readonly seen: Peer[] = [];
  /** what the hosts' components had received at the first look; null: not known */
  private first: Map<string, number | null> | null = null;
  private readonly receiving = new Set<string>();

  constructor(
    private readonly run: Run,
    private readonly instances: string[],
    private readonly ports: SenderPort[],
    private readonly patience: Patience,
  ) {}

  async look(): Promise<void> {
    for (const instanceId of this.instances) this.seen.push(...(await this.listPeers(instanceId)));
    const uncounted = this.listAway().filter(({ peers }) => peers.length === 0);
    if (uncounted.length > 0) await this.count(new Set(uncounted.map(({ service }) => service)));
  }

  /** Nobody is missed any more. */
  isComplete(): boolean {
    return this.listAway().length === 0 && this.listUnseen().length === 0;
  }

  listAway(): SenderPort[] {
    return this.ports.filter((port) => !this.isBack(port));
  }

  /** Who was there before and is not, in words. */
  listUnseen(): string[] {
    return this.ports.flatMap(({ port, peers }) =>
      peers.filter((peer) => !this.isSeen(port, peer)).map((peer) => `${peer} → ${port}`),
    );
  }

  private isBack({ port, service, peers }: SenderPort): boolean {
    return this.isSeen(port) || (peers.length === 0 && this.receiving.has(service));
  }

  private isSeen(port: number, peer?: string): boolean {
    return this.seen.some((each) => each.port === port && (peer === undefined || each.peer === peer));
  }

  private listPeers(instanceId: string): Promise<Peer[]> {
    const only = {
      ports: this.ports.map(({ port }) => port),
      without: this.run.plan.data.accept,
    };
    const request = requestConnections(this.run, instanceId, only);
    return perform('listConnections', `which senders are back at ${instanceId}`, request, this.patience);
  }

  private async count(services: Set<string>): Promise<void> {
    const { plan, facts } = this.run;
    const request = {
      services: listReceiving(this.run).filter(({ service }) => services.has(service)),
      hosts: this.instances.map((instanceId) => ({
        instanceId,
        ...findCompose(plan.source),
      })),
      purpose: facts.nextPurpose('senders'),
    };
    const totals = await perform('countReceived', 'what the hosts have received', request, this.patience);
    const counts = new Map(totals.map(({ service, host }) => [service, host]));
    this.first ??= counts;
    for (const [service, count] of counts) {
      if (hasRisen(this.first.get(service), count)) this.receiving.add(service);
    }
  }
}

const hasRisen = (before: number | null | undefined, now: number | null): boolean =>
  typeof before === 'number' && now !== null && now > before;
