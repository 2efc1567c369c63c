import type { RecoverInput } from '../contract/recovery';
import type { Remains } from '../contract/remains';
import type { Undo } from '../contract/undos';
import type { Plan } from '../plan/schema';
import type { LedgerAnswer } from '../temporal/ledger';
import { Ledger } from '../workflows/engine/ledger';
import { deriveUndos, findDerivedObstacles, findObstacles } from '../workflows/recovery/derive';
import { findWeight, listStanding } from '../workflows/recovery/standing';
import { byAccount, byLedger, cutDerived, hasEmptyLedger, type Recovery } from './recovery-texts';

/** By the ledger where one can be asked, else by what stands in the account. */
export function planRecovery(plan: Plan, answer: LedgerAnswer, remains: Remains): Recovery {
  const standing = listStanding(remains);
  const { undos, derived, source, obstacles } = chooseSource(plan, answer, remains);
  const isOver = standing.length === 0 && remains.hosts.every(({ state }) => state === 'terminated');
  const wayBack = isOver ? [] : orderUndos(undos, plan);
  const grafana = 'run' in answer ? answer.run.status.data?.grafana : undefined;
  return {
    name: plan.name,
    source,
    standing,
    derived,
    wayBack,
    obstacles: wayBack.length > 0 ? [...findObstacles(remains), ...obstacles] : [],
    input: {
      plan,
      undos,
      weight: findWeight(remains),
      derived: cutDerived(derived),
      ...findRequests(remains),
      ...(grafana && { grafana }),
    },
  };
}

/** Whom a way back would cut off is asked of the groups of services that have tasks, and of the ingest, while a name leads to them. */
function findRequests({ records, services, loadBalancer, ingest }: Remains): Pick<RecoverInput, 'requests' | 'counts'> {
  const groups = services.flatMap(({ service, targetGroup }) =>
    targetGroup === undefined
      ? []
      : [
          {
            service,
            targetGroup,
          },
        ],
  );
  if (records.length === 0 || !loadBalancer || (groups.length === 0 && !ingest)) return {};
  return {
    requests: {
      loadBalancer: loadBalancer.dimension,
      groups,
      ...(ingest && {
        ingest: ingest.loadBalancer.dimension,
      }),
    },
    counts: Object.fromEntries(services.map(({ service, count }) => [service, count])),
  };
}

type Source = Pick<Recovery, 'source' | 'derived' | 'obstacles'> & { undos: Undo[] };

/** A ledger that has nothing to take back says nothing of what stands. */
function chooseSource(plan: Plan, answer: LedgerAnswer, remains: Remains): Source {
  if ('why' in answer) return derive(plan, answer, remains);
  const hasUndos = orderUndos(answer.run.undos, plan).length > 0;
  return hasUndos ? readLedger(answer) : derive(plan, { why: hasEmptyLedger(answer.run) }, remains);
}

function readLedger({ run }: Extract<LedgerAnswer, { run: unknown }>): Source {
  return {
    source: byLedger(run),
    undos: run.undos,
    derived: [],
    obstacles: [],
  };
}

function derive(plan: Plan, { why }: Extract<LedgerAnswer, { why: string }>, remains: Remains): Source {
  return {
    source: byAccount(why),
    obstacles: findDerivedObstacles(plan, remains),
    ...deriveUndos(plan, remains),
  };
}

function orderUndos(undos: Undo[], { cleanup }: Plan): string[] {
  const ledger = new Ledger();
  for (const undo of undos) ledger.add(undo);
  return ledger.planWayBack(cleanup === 'delete').map(({ id }) => id);
}
