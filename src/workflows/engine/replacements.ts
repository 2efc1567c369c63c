import { listRecordsTo } from '../../plan/names';
import type { Plan } from '../../plan/schema';

/** Services that stand still while we replace them, which is nobody's fault. */
export class Replacements {
  private readonly underWay = new Set<string>();
  /** of those that are over: epoch ms until when */
  private readonly over = new Map<string, number>();

  begin(service: string): void {
    this.underWay.add(service);
  }

  end(service: string): void {
    this.underWay.delete(service);
    this.over.set(service, Date.now());
  }

  /** Users are sent to all of them. */
  forget(): void {
    this.underWay.clear();
  }

  has(service: string): boolean {
    return this.underWay.has(service);
  }

  /** What was measured of it before says nothing. */
  describeEnd(service: string): { since?: number } {
    const since = this.over.get(service);
    return since === undefined ? {} : { since };
  }

  /** Names that nobody answers meanwhile. */
  listNames(plan: Plan): string[] {
    return [...this.underWay].flatMap((service) => listRecordsTo(plan, service));
  }
}
