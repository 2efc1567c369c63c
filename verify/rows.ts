import { storeOf, type StoreName } from '../src/stores';
import { listRows, type AnswerKind, type Row } from '../src/stores/table';
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

  constructor(private readonly store: StoreName) {}

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

  /** An answer that a step has asked for. */
  keep(name: string, answer: Answer, program: Running): void {
    this.asked.add(name);
    this.answers.set(name, cleanAnswer(answer, program));
  }

  /** The rows that a trial has not come to. */
  listUnasked(): Outcome[] {
    const moments = Object.keys(MOMENTS) as Moment[];
    const names = moments.flatMap((moment) => {
      const rows = this.list().filter((row) => isAskedAt(row, moment));
      return rows.map((row) => nameOutcome(row, moment));
    });
    const left = [...names, 'flush'].filter((name) => !this.asked.has(name));
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
    const name = row.kind === 'times' ? what.replace(/-\d+$/, '') : what;
    const isWanted = row.kind !== 'times' || namesTime(row, answer) !== name.endsWith('.none');
    if (isWanted && !this.answers.has(name)) this.answers.set(name, answer);
  }

  private list(): Row[] {
    const now = Date.now();
    const since = (this.sentAt ?? now) - MARGIN_MS;
    return listRows(new Date(since), new Date(now)).filter(({ store }) => store === this.store);
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
