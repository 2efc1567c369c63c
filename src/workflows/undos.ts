import type { InputOf } from '../contract/activities';
import { REMOVALS, type Removal, type Undo, type UndoInputs, type UndoVerb } from '../contract/undos';
import { perform, type Patience } from './engine/activities';
import type { Run } from './engine/run';
import { listGrafanaEdits, tellEditsAreUnlisted } from './moves/grafana';
import { startCompactors, startHost } from './moves/hosts';
import { restoreRecords, restoreTraffic, unfoldPair } from './moves/records';
import { awaitSenders } from './moves/senders';
import { restoreService, revertService } from './moves/services';
import { waitForEffectsOf } from './undone-effects';

/** How one verb is carried out; `id` says in an operator's words what it does. */
type Undoing<V extends UndoVerb> = (
  migration: Run,
  input: UndoInputs[V],
  how: { id: string; patience: Patience },
) => Promise<void> | void;

/** Activities that take one effect back by themselves. */
const removals = Object.fromEntries(
  REMOVALS.map((verb) => [
    verb,
    (_migration: Run, input: InputOf<Removal>, { id, patience }: { id: string; patience: Patience }) =>
      perform(verb, id, input as never, patience),
  ]),
) as unknown as { [N in Removal]: Undoing<N> };

/** What each verb of the ledger does. */
const UNDOS: { [V in UndoVerb]: Undoing<V> } = {
  ...removals,
  restoreService: (migration, input, { id, patience }) => restoreService(migration, input, id, patience),
  revertService: (migration, input, { patience }) => revertService(migration, input, patience),
  startHost: (migration, input, { patience }) => startHost(migration, input, patience),
  startCompactors: (_migration, input, { patience }) => startCompactors(input, patience),
  restoreTraffic: (migration, input, { patience }) => restoreTraffic(migration, input, patience),
  restoreRecords: (migration, input, { patience }) => restoreRecords(migration, input, patience),
  unfoldPair: (migration, input, { patience }) => unfoldPair(migration, input, patience),
  awaitSenders: (migration, input, { patience }) => awaitSenders(migration, input, patience),
  listGrafanaEdits: (migration, input, { patience }) => listGrafanaEdits(migration, input, patience),
  tellUnlistedEdits: (migration, { database }) => tellEditsAreUnlisted(migration, database),
};

/** Carries one undo out with what the run knows by now, once what it takes back goes on no more. */
export async function carryOut(migration: Run, undo: Undo, patience: Patience): Promise<void> {
  await waitForEffectsOf(undo);
  const run = UNDOS[undo.verb] as Undoing<typeof undo.verb>;
  await run(migration, undo.input as never, {
    id: undo.id,
    patience,
  });
}
