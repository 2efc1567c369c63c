import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../temporary';

export const ROOT = join(__dirname, '../..');
/** What is packed beside the build. */
const SHIPPED = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dockerfiles', 'docs', 'examples', 'jenkins', 'schema'];

/** What `npm pack --json` says of a tarball. */
interface Pack {
  filename: string;
  files: { path: string }[];
}

/** The product as its users get it: built as in the Dockerfile, packed, and installed in a folder of its own. */
export class Product {
  /** where a user works */
  readonly folder = makeFolder();
  /** where npm has put the package */
  readonly package = join(this.folder, 'node_modules/lgtm-migrate');
  /** the paths in the tarball */
  readonly packed: string[];

  /** Takes half a minute, and what npm has in its cache or gets from its registry. */
  constructor() {
    const workshop = makeFolder();
    build(workshop);
    const { filename, files } = pack(workshop);
    this.packed = files.map(({ path }) => path);
    install(this.folder, join(workshop, filename));
  }

  /** Runs `lgtm-migrate` as npm has installed it. @throws when it does not end well */
  run(words: string[], environment: NodeJS.ProcessEnv = process.env): string {
    const program = join(this.folder, 'node_modules/.bin/lgtm-migrate');
    return execFileSync(program, words, {
      cwd: this.folder,
      env: {
        ...environment,
        NODE_ENV: 'production',
        NODE_NO_WARNINGS: '1',
      },
      encoding: 'utf8',
    });
  }
}

/** From what the Dockerfile's first stage copies, and nothing else. */
function build(workshop: string): void {
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const copies = text.matchAll(/^COPY (?!--)(.+) \S+$/gm);
  for (const [, names] of copies) copy(workshop, names!.split(' '));
  const modules = 'node_modules';
  symlinkSync(join(ROOT, modules), join(workshop, modules));
  npm(workshop, ['run', 'build']);
}

function pack(workshop: string): Pack {
  copy(workshop, SHIPPED);
  // the build is there already
  const said = npm(workshop, ['pack', '--ignore-scripts', '--json']);
  const [tarball] = JSON.parse(said) as [Pack];
  return tarball;
}

function install(folder: string, tarball: string): void {
  // keeps npm from looking for one above
  writeFileSync(join(folder, 'package.json'), '{}');
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund'];
  npm(folder, ['install', ...quietly, tarball]);
}

function copy(workshop: string, names: string[]): void {
  for (const name of names) {
    const source = join(ROOT, name);
    cpSync(source, join(workshop, name), { recursive: true });
  }
}

function npm(cwd: string, words: string[]): string {
  return execFileSync('npm', words, {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}
