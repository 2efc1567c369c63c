import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALWAYS_THERE } from '../../src/analysis/metrics';
import { storeOf, type StoreName } from '../../src/stores';
import { listRows } from '../../src/stores/table';
import { SENDINGS } from '../../verify/sending';

export const ANSWERS = join(__dirname, '../stores/answers');

/** What a stand-in answers at a path; absent moment: at any. */
export interface PlayedAnswer {
  path: string;
  moment?: string;
  status?: number;
  body: string;
}

/** Moments by which a recorded page of metrics is named, in their order. */
const MOMENTS = ['before', 'held', 'later', 'flushed'];

function findFolder(store: StoreName): string {
  return readdirSync(ANSWERS).find((name) => name.startsWith(`${store}-`))!;
}

/** The version that a store's answers are of. */
const versionOf = (store: StoreName): string => findFolder(store).slice(store.length + 1);

/** An answer as it was recorded; undefined: none was. */
export function readAnswer(store: StoreName, name: string): string | undefined {
  const file = join(ANSWERS, findFolder(store), `${name}.body`);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

const pathOf = (path: string): string => path.split('?')[0]!;

/** What a store answers as it was recorded. */
function playStore(store: StoreName): PlayedAnswer[] {
  const rows = listRows(new Date(), new Date()).filter((row) => row.store === store);
  return rows.flatMap(({ kind, name, answer, request }) => {
    const path = pathOf(request.path);
    if (kind === 'metrics') return playMetrics(store, path);
    const body = readAnswer(store, answer);
    const none = readAnswer(store, `${name}.none`);
    return [
      ...(none === undefined
        ? []
        : [
            {
              path,
              moment: 'before',
              body: none,
            },
          ]),
      ...(body === undefined
        ? []
        : [
            {
              path,
              body,
            },
          ]),
    ];
  });
}

/** Where a moment was not recorded, the one before it holds. The recordings have only the lines that matter. */
function playMetrics(store: StoreName, path: string): PlayedAnswer[] {
  let page = '';
  return MOMENTS.map((moment) => {
    page = readAnswer(store, `metrics.${moment}`) ?? page;
    return {
      path,
      moment,
      body: `${page}${ALWAYS_THERE} 1\n`,
    };
  });
}

/** A folder of stand-ins for the vendors' programs. */
export class Programs {
  readonly folder: string;
  private readonly pids: string;

  constructor(workspace: string) {
    this.folder = join(workspace, 'bin');
    this.pids = join(workspace, 'pids');
    mkdirSync(this.folder);
    writeFileSync(this.pids, '');
  }

  /** @param wrong answers that are not as they were recorded @param version that it says it is */
  addStore(store: StoreName, wrong: PlayedAnswer[] = [], version = versionOf(store)): void {
    const { image, flush } = storeOf(store);
    const push = SENDINGS[store](new Date()).path;
    this.add(store, {
      version,
      prefix: image.prefix,
      push,
      flush: pathOf(flush.request.path),
      answers: [
        ...wrong,
        ...playStore(store),
        {
          path: push,
          body: '{}',
        },
      ],
    });
  }

  addAlloy(): void {
    this.add('alloy', {
      version: 'v1.19.2',
      answers: [
        {
          path: '/-/ready',
          body: 'Alloy is ready.\n',
        },
      ],
    });
  }

  /** Processes that were started and have not ended. */
  listRunning(): number[] {
    const lines = readFileSync(this.pids, 'utf8').split('\n');
    const pids = lines.filter(Boolean).map(Number);
    return pids.filter(isAlive);
  }

  private add(name: string, play: object): void {
    const program = join(this.folder, name);
    const words = JSON.stringify({
      name,
      pids: this.pids,
      ...play,
    });
    const module = JSON.stringify(join(__dirname, 'stand-in.mjs'));
    writeFileSync(program, `#!/usr/bin/env node\nimport(${module}).then(({ perform }) => perform(${words}));\n`);
    chmodSync(program, 0o755);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
