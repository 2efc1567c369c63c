import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { RequestsAnswer, RequestsPlace } from '../../contract/watch';
import { formatDuration, toMilliseconds } from '../../plan/duration';
import { perform } from '../engine/activities';
import type { Facts } from '../engine/facts';
import type { Release } from '../engine/release';
import type { Run } from '../engine/run';
import { standUntil, type Description } from '../engine/standstill';
import { rest } from '../engine/timers';
import { askToScaleDown, describeRequests, tellCutRequests, tellQuiet, tellUncountable } from './texts';

/**
 * On the way back, before services on ECS are stopped that users came to: waits until nobody asks them any more, as long
 * as the plan says, or until somebody approves; then names what is cut off. It never fails.
 */
async function waitUntilNobodyAsks(run: Run): Promise<void> {
  const { plan, facts, progress } = run;
  const timeoutMs = toMilliseconds(plan.shift.drainTimeout);
  const place = findPlace(run);
  if (!facts.hasSentUsers || !place || timeoutMs === 0) return;
  const answer = await new RequestsWait(run, place, timeoutMs).end();
  progress.addEvent(answer.isQuiet ? tellQuiet() : tellCutRequests(answer.asked));
}

/** On the way back, once, however often it is asked: before ECS stops, and whose senders came there is known. */
export function leaveEcs(run: Run): Promise<unknown> {
  const { facts } = run;
  facts.leaving ??= Promise.all([waitUntilNobodyAsks(run), facts.received?.look()]);
  return facts.leaving;
}

/** The groups of services that the way back stops; undefined: none of those is reached through a load balancer. */
function findPlace({ facts, ledger }: Run): RequestsPlace | undefined {
  const place = facts.requests ?? describePlace(facts.release);
  const stopped = ledger
    .list()
    .flatMap((undo) => (undo.verb === 'restoreService' && undo.input.count === 0 ? [undo.input.service] : []));
  const groups = place?.groups.filter(({ service }) => stopped.includes(service)) ?? [];
  const ingest = findIngest(facts, stopped);
  const isAsked = groups.length > 0 || ingest !== undefined;
  if (!place || !isAsked) return undefined;
  return {
    loadBalancer: place.loadBalancer,
    groups,
    ...(ingest !== undefined && {
      ingest,
    }),
  };
}

/**
 * Where senders are connected, if one of the services that stop takes what they send. Of an earlier run it is not known
 * which does.
 */
function findIngest({ release, requests }: Facts, stopped: string[]): string | undefined {
  if (requests?.ingest !== undefined) return stopped.length > 0 ? requests.ingest : undefined;
  const ingest = release?.ingest;
  return ingest?.groups.some(({ service }) => stopped.includes(service)) ? ingest.loadBalancer.dimension : undefined;
}

function describePlace(release: Release | null): RequestsPlace | undefined {
  if (!release) return undefined;
  const { loadBalancer, targetGroups } = release;
  return {
    loadBalancer: loadBalancer.dimension,
    groups: Object.entries(targetGroups).map(([service, { dimension }]) => ({
      service,
      targetGroup: dimension,
    })),
  };
}

/** One wait: it ends when nobody asks, when its time is over, or when somebody approves. */
class RequestsWait {
  private answer: RequestsAnswer = {
    isQuiet: false,
    asked: null,
  };
  private isOver = false;
  /** services that were seen to be asked: such as are asked by turns are news once each */
  private readonly seen = new Set<string>();
  private readonly question: number;
  private readonly until: string;

  constructor(
    private readonly run: Run,
    private readonly place: RequestsPlace,
    private readonly timeoutMs: number,
  ) {
    this.question = run.control.questions.begin();
    this.until = new Date(Date.now() + timeoutMs).toISOString();
  }

  async end(): Promise<RequestsAnswer> {
    const { control } = this.run;
    control.approved = null;
    const scope = new CancellationScope();
    const watching = scope.run(() => this.watch());
    const timing = scope.run(() => this.time()).catch(() => undefined);
    await standUntil(
      this.run,
      () => this.describe(),
      () => this.isOver || this.answer.isQuiet || control.approved === this.ask().id,
    );
    scope.cancel();
    await watching;
    await timing;
    return this.answer;
  }

  /** What can't be counted is waited out. */
  private async watch(): Promise<void> {
    const own = CancellationScope.current();
    try {
      while (!this.answer.isQuiet && !own.consideredCancelled) await this.look();
    } catch (error) {
      if (isCancellation(error)) return;
      this.answer.asked = null;
      this.run.progress.addEvent(tellUncountable(error, formatDuration(this.timeoutMs)));
    }
  }

  private async look(): Promise<void> {
    const { plan, facts } = this.run;
    const { interval, period, settle } = plan.analysis;
    this.answer = await perform('watchRequests', 'until nobody asks ECS any more', {
      ...this.place,
      analysis: {
        interval,
        period,
        settle,
      },
      since: facts.usersLeftAt ?? 0,
      seen: [...this.seen],
    });
    for (const { service } of this.answer.asked ?? []) this.seen.add(service);
  }

  private async time(): Promise<void> {
    await rest(this.timeoutMs, 'until ECS is scaled down whoever asks it');
    this.isOver = true;
  }

  private describeAsk(): string {
    return askToScaleDown([...this.seen]);
  }

  private ask() {
    return this.run.control.questions.ask(this.question, this.describeAsk(), true);
  }

  private describe(): Description {
    const { asked } = this.answer;
    return {
      for: 'approval',
      what: `approval: ${this.describeAsk()}`,
      question: this.ask(),
      verbs: ['approve'],
      until: this.until,
      reason: describeRequests(asked),
    };
  }
}
