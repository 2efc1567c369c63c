import { storeOf, type StoreName } from '../src/stores';
import { listRows, type AnswerKind, type Row } from '../src/stores/table';
import { isPast } from '../src/stores/version';
import { ask, type Answer } from './ask';
import { judge, namesTime, type Moment } from './judge';
import type { Outcome } from './report';
import type { Running } from './source';

/** When rows of each kind are asked; a flush is a step of its own. */
const MOMENTS: Record<Moment, AnswerKind[]> = {
  before: ['ready', 'configuration', 'ring', 'metrics', 'times'],
  held: ['metrics'],
  later: ['metrics', 'times'],
  flushed: ['metrics'],
};
/** Asked from a probe's task, whose script names it; a host's does not. */
const AS_JSON: AnswerKind[] = ['ring', 'times'];
/** Samples are looked for from so long before ours; Pyroscope names the end of a step. */
export const MARGIN_MS = 60_000;

/** What the table of stores has on one of them, held against the program as it runs. */
export class Rows {
  /** by the name under which each belongs into test/stores/answers */
  readonly answers = new Map<string, Answer>();
  private readonly asked = new Set<string>();
  private sentAt: number | undefined;

  /** @param version of the program, where it says one */
  constructor(
    private readonly store: StoreName,
    private readonly version?: string,
  ) {}

  /** From now on every time that a row names has to be that of what was sent. */
  expectSince(sentAt: number): void {
    this.sentAt = sentAt;
  }

  /** Asks every row that belongs to a moment. */
  async hold(moment: Moment, program: Running): Promise<Outcome[]> {
    const rows = this.list().filter((row) => isAskedAt(row, moment));
    const outcomes: Outcome[] = [];
    // one after the other: who reads a report finds them in the table's order
    for (const row of rows) outcomes.push(await this.holdRow(row, moment, program));
    return outcomes;
  }

  /** What a step asks for itself. */
  markAsked(name: string): void {
    this.asked.add(name);
  }

  /** An answer that a step has asked for, once it has held. */
  keep(name: string, answer: Answer, program: Running): void {
    this.answers.set(name, cleanAnswer(answer, program));
  }

  /** Whether the table has it for older versions than this one. */
  isOtherwise({ until }: Pick<Row, 'until'>): boolean {
    return isPast(this.version, until);
  }

  /** The kinds of rows that the table has for older versions only. */
  listOtherwise(): Outcome[] {
    const rows = this.listAll().filter((row) => this.isOtherwise(row));
    return rows.map(({ kind, until }) => {
      const note = `not asked: otherwise since ${until}`;
      return {
        what: kind,
        verdict: 'not there',
        note,
      };
    });
  }

  /** The rows that a trial has not come to. */
  listUnasked(): Outcome[] {
    const moments = Object.keys(MOMENTS) as Moment[];
    const names = moments.flatMap((moment) => {
      const rows = this.list().filter((row) => isAskedAt(row, moment));
      return rows.map((row) => nameOutcome(row, moment));
    });
    const { flush } = storeOf(this.store);
    if (!this.isOtherwise(flush)) names.push('flush');
    const left = names.filter((name) => !this.asked.has(name));
    return left.map((what) => ({
      what,
      verdict: 'differs',
      note: 'not asked: the trial ended before',
    }));
  }

  private async holdRow(row: Row, moment: Moment, program: Running): Promise<Outcome> {
    const headers = AS_JSON.includes(row.kind) ? { Accept: 'application/json' } : {};
    const url = program.urlOf(storeOf(this.store).ports[0]!);
    const answer = await ask(url, row.request, headers);
    const sent =
      this.sentAt === undefined
        ? {}
        : {
            sent: {
              since: this.sentAt - MARGIN_MS,
              until: Date.now(),
            },
          };
    const what = nameOutcome(row, moment);
    this.asked.add(what);
    try {
      const note = judge({
        row,
        moment,
        answer,
        ...sent,
      });
      this.keepJudged(row, what, cleanAnswer(answer, program));
      return {
        what,
        verdict: 'held',
        note,
      };
    } catch (error) {
      const note = error instanceof Error ? error.message : String(error);
      return {
        what,
        verdict: 'differs',
        note,
      };
    }
  }

  /** Of several questions for a time, the first that names one; before there was any, the first that names none. */
  private keepJudged(row: Row, what: string, answer: Answer): void {
    const name = what.replace(row.name, row.answer);
    const isWanted = row.kind !== 'times' || namesTime(row, answer) !== name.endsWith('.none');
    if (isWanted && !this.answers.has(name)) this.answers.set(name, answer);
  }

  private list(): Row[] {
    return this.listAll().filter((row) => !this.isOtherwise(row));
  }

  private listAll(): Row[] {
    const now = Date.now();
    const since = (this.sentAt ?? now) - MARGIN_MS;
    const rows = listRows(new Date(since), new Date(now));
    return rows.filter(({ store }) => store === this.store);
  }
}

/** Before anything was sent, one question for a time is enough. */
function isAskedAt({ kind, name }: Row, moment: Moment): boolean {
  const isLeftOut = kind === 'times' && moment === 'before' && name !== 'newest';
  return MOMENTS[moment].includes(kind) && !isLeftOut;
}

/** A page of metrics has an answer for each moment, a question for a time one where there was none. */
function nameOutcome({ kind, name }: Row, moment: Moment): string {
  if (kind === 'metrics') return `${name}.${moment}`;
  return kind === 'times' && moment === 'before' ? `${name}.none` : name;
}

function cleanAnswer({ status, headers, body }: Answer, program: Running): Answer {
  return {
    status,
    headers: program.clean(headers),
    body: program.clean(body),
  };
}
