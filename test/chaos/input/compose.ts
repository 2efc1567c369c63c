import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { checkInventory } from '../../../src/import/checks';
import { makeImages } from '../../../src/import/images';
import { ImportError } from '../../../src/import/problem';
import { readInventory } from '../../../src/import/read/inventory';
import { describeProperty, type InputProperty } from './property';
import { hostileText, hostileValue, spoil } from './values';

const EXAMPLE = join(__dirname, '../../../examples/LGTM_PRD');
const HOST_FOLDER = '/opt/lgtm';
const LONGEST_PROBLEM = 1000;
const RECURSIVE = { recursive: true };

const FILES = readdirSync(EXAMPLE, {
  recursive: true,
  encoding: 'utf8',
});
/** Variables that each of its projects takes. */
const SHARED = '.env';
const YAML_FILES = FILES.filter((file) => /\.ya?ml$/.test(file));
const TEXT_FILES = FILES.filter((file) => /\.(ya?ml|env|ini|alloy)$/.test(file));
const readExample = (file: string): string => readFileSync(join(EXAMPLE, file), 'utf8');

/** A file of a folder and what stands in it. */
interface Written {
  file: string;
  text: string;
}

const spoiltYaml: fc.Arbitrary<Written> = fc.constantFrom(...YAML_FILES).chain((file) =>
  spoil(parse(readExample(file)) as unknown).map((value) => ({
    file,
    text: stringify(value),
  })),
);

const editedText: fc.Arbitrary<Written> = fc
  .record({
    file: fc.constantFrom(...TEXT_FILES),
    position: fc.nat(),
    length: fc.nat(20),
    put: hostileText,
  })
  .map(({ file, position, length, put }) => {
    const text = readExample(file);
    const at = position % (text.length + 1);
    return {
      file,
      text: text.slice(0, at) + put + text.slice(at + length),
    };
  });

/** Keys that Compose knows, with anything in them. */
const anyService = fc.dictionary(
  fc.constantFrom(
    'image',
    'ports',
    'volumes',
    'environment',
    'env_file',
    'command',
    'entrypoint',
    'extends',
    'deploy',
    'healthcheck',
    'networks',
    'mem_limit',
    'labels',
    'container_name',
    'network_mode',
  ),
  fc.oneof(hostileValue, fc.array(hostileValue, { maxLength: 3 })),
);

const anyCompose: fc.Arbitrary<Written> = fc
  .record(
    {
      services: fc.oneof(
        fc.dictionary(fc.constantFrom('mimir', 'loki', 'tempo', 'grafana', 'proxy', '__proto__', ''), anyService),
        hostileValue,
      ),
      include: hostileValue,
      version: hostileValue,
      volumes: hostileValue,
      networks: hostileValue,
      name: hostileValue,
    },
    {
      requiredKeys: [],
    },
  )
  .map((value) => ({
    file: 'compose.yaml',
    text: stringify(value),
  }));

/** What is wrong in it: one file of the example, or one more. */
const anyFile = fc.oneof(spoiltYaml, editedText, anyCompose);

/** Reads a folder as `import` does: a project of the example, one file of which is another one. */
function readFolder(root: string, { file, text }: Written): void {
  rmSync(root, {
    recursive: true,
    force: true,
  });
  const project = dirname(file);
  if (project !== '.') cpSync(join(EXAMPLE, project.split('/')[0]!), join(root, project.split('/')[0]!), RECURSIVE);
  mkdirSync(root, RECURSIVE);
  cpSync(join(EXAMPLE, SHARED), join(root, SHARED));
  writeFileSync(join(root, file), text);
  const inventory = readInventory(root, HOST_FOLDER, []);
  checkInventory(inventory, makeImages(inventory, HOST_FOLDER));
}

function judge(root: string, written: Written): void {
  try {
    readFolder(root, written);
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    error.problems.forEach(judgeProblem);
  }
}

function judgeProblem(problem: string): void {
  if (!/^[^\n]+:\d+ {2}\S[^\n]*$/u.test(problem)) throw new Error(`no file and line: ${JSON.stringify(problem)}`);
  if (problem.length > LONGEST_PROBLEM) throw new Error(`${problem.length} characters: ${problem}`);
}

const KIND = 'M6 Compose';

/** @param root of a folder that each of them makes anew */
export function listComposeProperties(root: string): InputProperty[] {
  return [
    describeProperty(KIND, 'a Compose folder is read, or refused with file, line and a sentence', anyFile, (written) =>
      judge(root, written),
    ),
  ];
}
