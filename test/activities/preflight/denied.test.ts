import type { Finding } from '../../../src/contract/findings';
import { startWorld, type PreflightWorld } from './world';

interface Call {
  service: string;
  action: string;
}

/** Anybody may ask who he is; no policy of an identity takes that away. */
const FREE = ['sts:GetCallerIdentity'];

let world: PreflightWorld;
afterEach(() => world.emulator.stop());

const textOf = ({ check, level, message }: Finding) => `${level} ${check}: ${message}`;
/** What differs from look to look without anything having changed. */
const steady = (findings: Finding[]) => findings.map(textOf).filter((text) => !/ago|Grafana's secret key/.test(text));

async function listReads(): Promise<Call[]> {
  const calls = await world.emulator.get<Call[]>('/calls');
  const unique = new Map(
    calls.map(({ service, action }) => [
      `${service}:${action}`,
      {
        service,
        action,
      },
    ]),
  );
  FREE.forEach((name) => unique.delete(name));
  return [...unique.values()];
}

/** Whether a finding is about the action that was denied, and says what to add. */
function tellsOf({ message, fix }: Finding, action: string): boolean {
  const text = `${message} ${fix}`;
  return text.includes(action) || text.includes(IAM_NAMES[action] ?? action);
}

/** Actions of IAM that go by another name than the call. */
const IAM_NAMES: Record<string, string> = {
  HeadBucket: 's3:ListBucket',
  'GetBucketList-Type': 's3:ListBucket',
  GetBucketPolicy: 's3:GetBucketPolicy',
};

/** Each preflight takes seconds: one run of the tests denies every so many, another one others. */
const EACH = 6;

test.each(['ready', 'adopted'] as const)(
  'in the world %s a read that is denied is a finding with its statement, and nothing else is found then',
  async (name) => {
    world = await startWorld(name);
    const usual = await world.preflight();
    const known = new Set(steady(usual));
    const first = Math.floor(Math.random() * EACH);
    const denied = (await listReads()).filter((_, index) => index % EACH === first);
    for (const { service, action } of denied) {
      await world.emulator.post('/rules', {
        service,
        action,
        kind: 'deny',
      });
      const findings = await world.preflight();
      const news = findings.filter((finding) => !known.has(textOf(finding)));
      const strange = news.filter((finding) => !tellsOf(finding, action));
      expect([action, steady(strange)]).toEqual([action, []]);
      expect([action, news.some((finding) => tellsOf(finding, action))]).toEqual([action, true]);
      const left = steady(findings).filter((text) => known.has(text)).length;
      expect([action, left > known.size / 3]).toEqual([action, true]);
      await world.emulator.delete('/rules');
    }
  },
);
