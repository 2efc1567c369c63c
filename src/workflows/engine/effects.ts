import type { Ownership, Resource } from '../../contract/resources';

/** The effects of a phase: those that have begun, and the resources that it wants and has. */
export class Effects {
  private readonly begun = new Set<Promise<unknown>>();
  private readonly ownerships = new Map<string, Ownership>();
  private readonly wanted = new Set<string>();

  /** Remembers a promise, so that a retry of its phase never runs beside what it began before. */
  track<T>(effect: Promise<T>): Promise<T> {
    this.begun.add(effect);
    effect.catch(() => undefined);
    return effect;
  }

  /** Waits until nothing that was begun goes on. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.begun);
    this.begun.clear();
  }

  want(name: string): void {
    this.wanted.add(name);
  }

  have(name: string, { ownership }: Resource): void {
    this.ownerships.set(name, ownership);
  }

  /** A phase begins, or begins again. */
  forgetResources(): void {
    this.wanted.clear();
    this.ownerships.clear();
  }

  /** `31 of 31 (24 created, 7 adopted)` */
  describe(): string {
    const ownerships = [...this.ownerships.values()];
    const created = ownerships.filter((ownership) => ownership === 'created').length;
    return `${ownerships.length} of ${this.wanted.size} (${created} created, ${ownerships.length - created} adopted)`;
  }
}
