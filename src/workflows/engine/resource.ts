import type { ActivityName, InputOf, OutputOf } from '../../contract/activities';
import type { Resource } from '../../contract/resources';
import type { Removal, UndoInputs } from '../../contract/undos';
import { perform } from './activities';
import { holdWhilePaused } from './hold';
import type { Run } from './run';

/** Activities that find or create a resource. */
type Ensure = { [N in ActivityName]: OutputOf<N> extends Resource ? N : never }[ActivityName];

/** A resource that the workflow wants, and how it is taken back. */
export interface WantedResource<N extends Ensure, V extends Removal> {
  /** `cluster lgtm-cluster` */
  name: string;
  ensure: N;
  input: InputOf<N>;
  /** absent: it goes with another resource */
  removal?: { verb: V; input: UndoInputs[V] };
  /** of the timeline; default: the name */
  summary?: string;
}

/** Finds or creates one resource: its undo first, then the effect, which a pause keeps back; counted for the operator. */
export function ensureResource<N extends Ensure, V extends Removal = never>(
  run: Run,
  { name, ensure, input, removal, summary = name }: WantedResource<N, V>,
): Promise<OutputOf<N>> {
  const { effects, progress } = run;
  if (removal) writeRemoval(run, `remove ${name}`, removal.verb, removal.input);
  effects.want(name);
  const ensured = async (): Promise<OutputOf<N>> => {
    await holdWhilePaused(run);
    const resource: OutputOf<N> = await perform(ensure, summary, input);
    effects.have(name, resource as Resource);
    if (progress.status.phase === 'provision') progress.setDetail('provision', effects.describe());
    return resource;
  };
  return effects.track(ensured());
}

/** What was created is removed only where the plan wants that. */
export function writeRemoval<V extends Removal>(run: Run, id: string, verb: V, input: UndoInputs[V]): void {
  run.writeUndo({
    id,
    stage: 'cleanup',
    verb,
    input,
  } as Parameters<Run['writeUndo']>[0]);
}
