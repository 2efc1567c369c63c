import type { WorldChoice } from '../../../lab/emulator';
import { labPlan } from '../../../lab/plan';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Finding } from '../../../src/contract/findings';
import { parsePlan } from '../../../src/plan/loader';
import { startEmulator, type OwnEmulator } from '../emulator';

/** An emulated account and what preflight finds in it. */
export interface PreflightWorld {
  emulator: OwnEmulator;
  /** what clients of the SDK need to reach it */
  config: {
    region: string;
    endpoint: string;
  };
  /** an account that nobody has touched, as `emulator.account` says then */
  renew(record: 'cname' | 'a'): Promise<void>;
  /** @param keys of the plan, in place of the lab's */
  preflight(keys?: Record<string, unknown>): Promise<Finding[]>;
}

/** @param name of the emulator's worlds */
export async function startWorld(name: WorldChoice['world']): Promise<PreflightWorld> {
  const emulator = await startEmulator('--world', name);
  const activities = createActivities({
    clients: createClients('ap-northeast-2'),
    environment: process.env,
  });
  return {
    emulator,
    config: {
      region: 'ap-northeast-2',
      endpoint: emulator.url,
    },
    async renew(record) {
      const world = await emulator.reset({ world: name, record });
      Object.assign(emulator.account, world);
    },
    async preflight(keys = {}) {
      const text = JSON.stringify({ ...labPlan(emulator.account), ...keys });
      const plan = parsePlan(text, 'lab');
      const owner = {
        migration: 'lgtm-migrate-lgtm-prd',
        run: 'test',
      };
      const { findings } = await activities.runPreflight({ plan, owner });
      return findings;
    },
  };
}

export function failures(findings: Finding[]): string[] {
  const failed = findings.filter(({ level }) => level === 'fail');
  return failed.map(({ message }) => message);
}

export function ofCheck(findings: Finding[], check: string): Finding[] {
  return findings.filter((finding) => finding.check === check);
}
