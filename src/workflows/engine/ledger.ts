import { STAGES, type Stage, type Undo } from '../../contract/undos';

const ORDER = Object.keys(STAGES) as Stage[];

/** The saga: what a run would have to take back, written down before each effect so that a lost reply can't lose it. */
export class Ledger {
  private readonly undos = new Map<string, Undo>();

  /** Writes an undo down; call it before the effect. A known id keeps its place. */
  add(undo: Undo): void {
    if (!this.undos.has(undo.id)) this.undos.set(undo.id, undo);
  }

  /** Writes anew what an undo goes back to: somebody changed what it is about. A stranger is none. */
  replace(undo: Undo): void {
    if (this.undos.has(undo.id)) this.undos.set(undo.id, undo);
  }

  /** As it is now. */
  find(id: string): Undo | undefined {
    return this.undos.get(id);
  }

  /** All of them, oldest first. */
  list(): Undo[] {
    return [...this.undos.values()];
  }

  /** How many created things stay where nothing is cleaned up. */
  countKept(): number {
    return this.list().filter(({ stage }) => stage === 'cleanup').length;
  }

  /**
   * The way back: stage by stage, and in each the newest first.
   * @param cleansUp whether what was created is deleted
   */
  planWayBack(cleansUp: boolean): Undo[] {
    const newestFirst = this.list().reverse();
    const stages = ORDER.filter((stage) => cleansUp || stage !== 'cleanup');
    return stages.flatMap((stage) => newestFirst.filter((undo) => undo.stage === stage));
  }
}
