import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findObstacle, Jenkins, readShipped, type Build } from './jenkins';

const FIXTURES = 'test/jenkins/fixtures';
const obstacle = findObstacle();
const describeHere = obstacle ? describe.skip : describe;

function readFixtures(): string[] {
  const files = readdirSync(join(__dirname, 'fixtures'));
  return files.map((file) => basename(file, '.Jenkinsfile'));
}

describeHere(`the harness of Jenkinsfiles${obstacle ? ` (skipped: ${obstacle})` : ''}`, () => {
  const builds = new Map<string, Build>();

  beforeAll(async () => {
    const names = readFixtures();
    const requests = names.map((name) => ({
      jenkinsfile: readShipped(join(FIXTURES, `${name}.Jenkinsfile`)),
    }));
    const stranger = {
      jenkinsfile: requests[0]!.jenkinsfile,
      parameters: { NOBODY: 'knows' },
    };
    const jenkins = new Jenkins();
    const ran = await jenkins.run([...requests, stranger]);
    for (const [index, name] of [...names, 'stranger'].entries()) {
      builds.set(name, ran[index]!);
    }
  });

  test.each([
    ['unknown-directive', /^Jenkinsfile:3: unknown libraries in pipeline; the harness knows there: agent, /],
    ['unknown-step', /^Jenkinsfile:7: unknown sleep in steps; the harness knows there: archiveArtifacts, /],
    ['unknown-argument', /^Jenkinsfile:7: unknown returnStdot as an argument of sh; /],
    ['unknown-receiver', /^Jenkinsfile:7: unknown docker\.build in script; /],
    ['misplaced-stage', /^Jenkinsfile:7: unknown stage in steps; /],
    ['no-pipeline', /^Jenkinsfile:1: unknown echo in file; the harness knows there: pipeline$/],
  ])('%s is an error with its line, before anything runs', (name, error) => {
    const build = builds.get(name)!;
    expect(build.result).toBe('FAILURE');
    expect(build.stages).toEqual([]);
    expect(build.error).toMatch(error);
  });

  test('a command that fails ends its stage with its line, and later stages are left out', () => {
    const { result, error, stages, console } = builds.get('exit-code')!;
    expect(result).toBe('FAILURE');
    expect(error).toBe('Jenkinsfile:7: script returned exit code 7');
    expect(stages).toEqual([
      {
        name: 'Only',
        state: 'failed',
      },
      {
        name: 'Next',
        state: 'skipped',
      },
    ]);
    expect(console).not.toContain('next ran');
  });

  test('a command gives its output or its code where asked to, and sees the environment, but no parameter', () => {
    const { result, console } = builds.get('output')!;
    expect(result).toBe('SUCCESS');
    expect(console).toContain('\ngot word and 4 in Seoul\n');
    expect(console).toContain('\nshell sees word, laid in Seoul and no []\n');
  });

  test('keys of AWS are there inside of withAWS alone', () => {
    const { console } = builds.get('keys')!;
    expect(console).toContain('\ninside jenkins\n');
    expect(console).toContain('\noutside .\n');
  });

  test('after a failure, of post what is for it and for always runs', () => {
    const { console } = builds.get('post')!;
    expect(console).toMatch(/\nalways\nbad\n/);
    expect(console).not.toMatch(/^good$/m);
  });

  test('artefacts that are not there fail a build, and so does a parameter that the Jenkinsfile does not have', () => {
    const withoutArtefacts = builds.get('no-artefacts')!;
    const withStranger = builds.get('stranger')!;
    expect(withoutArtefacts.error).toBe('Jenkinsfile:7: no artefacts match none/**');
    expect(withStranger.result).toBe('FAILURE');
    expect(withStranger.error).toBe('the Jenkinsfile has no parameter NOBODY');
  });
});
