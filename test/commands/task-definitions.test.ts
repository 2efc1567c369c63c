import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emulatorPython } from '../../lab/tools';
import { makeFolder } from '../temporary';
import { ROOT, runCli } from './command-line';
import { EXAMPLE } from './rendering';

const CHECKED_IN = join(ROOT, 'task-definitions');
const FILES = ['alloy-collector.json', 'grafana.json', 'loki.json', 'mimir.json', 'pyroscope.json', 'tempo.json'];

function readAll(folder: string): Record<string, string> {
  const files = readdirSync(folder);
  const entries = files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
  return Object.fromEntries(entries) as Record<string, string>;
}

test('those that are checked in are those of the example as it is now: npm run render', async () => {
  const folder = makeFolder();
  const { code, err } = await runCli(['render', '-f', EXAMPLE, '-o', folder]);
  expect([code, err]).toEqual([0, '']);
  expect(readdirSync(folder).sort()).toEqual(FILES);
  expect(readAll(folder)).toEqual(readAll(CHECKED_IN));
});

test('they are the same where there is no dockerfiles/: the images are those that the package came with', async () => {
  const folder = makeFolder();
  const { code } = await runCli(['render', '-f', EXAMPLE], { cwd: folder });
  const rendered = readAll(join(folder, 'task-definitions'));
  expect(code).toBe(0);
  expect(rendered).toEqual(readAll(CHECKED_IN));
});

/** Prints what AWS's own model of RegisterTaskDefinition has against each of the files. */
const VALIDATE = `
import json, sys
import botocore.session
from botocore.validate import ParamValidator

ecs = botocore.session.get_session().get_service_model('ecs')
shape = ecs.operation_model('RegisterTaskDefinition').input_shape
reports = []
for name in sys.argv[1:]:
    report = ParamValidator().validate(json.load(open(name)), shape)
    reports.append(report.generate_report())
print(json.dumps(reports))
`;

function validate(files: string[]): string[] {
  const args = ['-c', VALIDATE, ...files];
  const { stdout } = spawnSync(emulatorPython, args, { encoding: 'utf8' });
  return JSON.parse(stdout) as string[];
}

test("each is an input that AWS's own model of RegisterTaskDefinition takes", () => {
  const files = FILES.map((file) => join(CHECKED_IN, file));
  const clean = FILES.map(() => '');
  expect(validate(files)).toEqual(clean);
});

test("a key that AWS's own model does not know is found", () => {
  const file = join(makeFolder(), 'wrong.json');
  const container = { name: 'x', sidecars: true };
  const definition = {
    family: 'x',
    containerDefinitions: [container],
  };
  writeFileSync(file, JSON.stringify(definition));
  const [report] = validate([file]);
  expect(report).toContain('Unknown parameter');
});
