/**
 * The undo ledger. An undo is written down before its effect, so that a lost reply can't lose it;
 * it is idempotent and takes back only what this run did. Pure: no Temporal in here.
 */

/** The order of the way back, and why: users never lose a working side. */
export const STAGES = {
  duties: 'the old side compacts and notifies again only when the new one has ceased to',
  host: 'the old side must answer before anyone is sent there',
  ingestion: 'what still comes to the new side is written to the old one too, before users read there',
  traffic: 'users go back before anything they use is stopped',
  scale: 'only now nobody needs the new side',
  data: 'what was written on the new side is listed when nobody can add to it; then the old side takes writes again',
  record: 'the record as it was before',
  restore: 'what was changed in the account without being created',
  cleanup: 'what was created, if the plan wants it deleted',
} as const;
export type Stage = keyof typeof STAGES;

/** The compensation of one effect. */
export interface Undo {
  /** the same effect, written down twice, has one undo */
  key: string;
  stage: Stage;
  /** in an operator's words: `scale mimir to 0` */
  what: string;
  run: () => Promise<void>;
}

export class Ledger {
  private readonly undos = new Map<string, Undo>();

  /** Writes an undo down; call it before the effect. A known key keeps its place. */
  add(undo: Undo): void {
    if (!this.undos.has(undo.key)) this.undos.set(undo.key, undo);
  }

  /** How many undos are ready; `cleanup` counts only where it will run. */
  pending(cleanup: boolean): number {
    return this.wayBack(cleanup).length;
  }

  /** How many created things stay where `cleanup` is off. */
  get kept(): number {
    return [...this.undos.values()].filter((undo) => undo.stage === 'cleanup').length;
  }

  /** Stage by stage, and in each the newest first. */
  wayBack(cleanup: boolean): Undo[] {
    const newestFirst = [...this.undos.values()].reverse();
    return (Object.keys(STAGES) as Stage[])
      .filter((stage) => cleanup || stage !== 'cleanup')
      .flatMap((stage) => newestFirst.filter((undo) => undo.stage === stage));
  }
}
