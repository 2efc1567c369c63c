import type { Question } from '../../contract/status';

/** Questions whose text is remembered, so that a late answer can be told what it was meant for. */
const REMEMBERED = 50;
/** Offset and prime of FNV-1a in 32 bits. Source: RFC 9923 */
const FNV = {
  offset: 0x811c9dc5,
  prime: 0x01000193,
};

/**
 * What approvals are asked for. Each question has a number in its run and a digest of its text: an approval that names
 * both can't be taken for another question, nor for this one once it asks something else.
 */
export class Questions {
  private number = 0;
  private readonly texts = new Map<string, string>();

  /** Another question begins, whatever its text will be. @returns its number */
  begin(): number {
    this.number++;
    return this.number;
  }

  /** The question as it stands now. @param isGrave whether an approval must name it */
  ask(number: number, text: string, isGrave: boolean): Question {
    const id = `${number}-${digest(text)}`;
    this.remember(id, text);
    return { id, isGrave };
  }

  /** What a question of this run asked. */
  textOf(id: string): string | undefined {
    return this.texts.get(id);
  }

  private remember(id: string, text: string): void {
    this.texts.delete(id);
    this.texts.set(id, text);
    const [oldest] = this.texts.keys();
    if (this.texts.size > REMEMBERED) this.texts.delete(oldest!);
  }
}

/** Tells texts apart, no more: whoever may send an approval may read the question. */
function digest(text: string): string {
  let hash = FNV.offset;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, FNV.prime);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
