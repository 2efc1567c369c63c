import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../temporary';
import type { Jenkins } from './jenkins';

/** Stands in for the command line of an agent. */
export class StandIn {
  private readonly log = join(makeFolder(), 'asked');

  constructor(jenkins: Jenkins) {
    const file = join(__dirname, 'stand-in.sh');
    const program = readFileSync(file, 'utf8');
    jenkins.installProgram('lgtm-migrate', program.replaceAll('LOG', this.log));
  }

  /** What a build has asked, and with whose keys. */
  callsOf(build: number): string[] {
    if (!existsSync(this.log)) return [];
    const prefix = `${build} `;
    const lines = readFileSync(this.log, 'utf8').split('\n');
    const calls = lines.filter((line) => line.startsWith(prefix));
    return calls.map((call) => call.slice(prefix.length));
  }
}
