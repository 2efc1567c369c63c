import type { Cases } from '../../../lab/cases';
import type { Outcome } from '../../../src/contract/status';
import { ONE_PASS } from '../../scenarios/lab';
import { Operator, STACK } from '../../scenarios/operator';
import type { Trial } from '../campaign';
import { Canaries } from './canaries';
import { plantCanaries } from './plant';
import { searchCanaries } from './search';

/** What a stack goes through, and what the command line says of it. */
export interface SecretStory {
  name: string;
  plan: Record<string, unknown>;
  play: (operator: Operator, say: Teller) => Promise<void>;
  outcome: Outcome;
}

/** Runs a command and keeps what it says. */
type Teller = (...words: string[]) => Promise<void>;

/** AWS answers with the request itself. */
function repeatRequests({ emulator }: Operator, service: string, action: string): Promise<unknown> {
  return emulator.post('/rules', {
    service,
    action,
    kind: 'echo',
  });
}

async function lookAround(operator: Operator, say: Teller): Promise<void> {
  const { plan } = operator.lab;
  await say('status', STACK);
  await say('status', STACK, '--json');
  await say('preflight', '-f', plan);
  await say('render', '-f', plan, '-o', `${operator.lab.folder}/rendered`);
}

/** What holds a run at each call that is told of secrets. */
export const ABORT: SecretStory = {
  name: 'an abort after AWS has repeated what it was asked',
  plan: { shift: { approval: true } },
  play: async (operator, say) => {
    await repeatRequests(operator, 'secretsmanager', 'CreateSecret');
    await operator.start();
    await operator.untilWaitsFor('retry', 'provision');
    await say('status', STACK);
    await operator.emulator.delete('/rules');
    await repeatRequests(operator, 'ecs', 'RegisterTaskDefinition');
    await operator.say('retry');
    await operator.untilWaitsFor('retry', 'deploy');
    await lookAround(operator, say);
    await operator.emulator.delete('/rules');
    await operator.say('retry');
    await operator.untilWaitsFor('approval', '10 → 50 %');
    await operator.say('abort');
    await say('watch', STACK);
  },
  outcome: 'rolled-back',
};

const STORIES: SecretStory[] = [
  {
    name: 'a whole migration, and a deployment',
    plan: {},
    play: async (operator, say) => {
      await say('start', '-f', operator.lab.plan, '--watch');
      await lookAround(operator, say);
      await operator.plan({ services: { mimir: { environment: { LOG_LEVEL: 'warn' } } } });
      await say('deploy', '-f', operator.lab.plan, '--service', 'mimir', '--watch');
      await say('deploy', 'status', STACK);
    },
    outcome: 'completed',
  },
  ABORT,
  {
    name: 'a recovery of a run that was terminated',
    plan: { shift: { approval: [50] } },
    play: async (operator, say) => {
      await operator.start();
      await operator.untilWaitsFor('approval', '50 → 100 %');
      await operator.handle.terminate('somebody has clicked it');
      await say('recover', '-f', operator.lab.plan, '--dry-run');
      await say('recover', '-f', operator.lab.plan, '--yes', '--watch');
    },
    outcome: 'rolled-back',
  },
];

/** Labs that stand, each for one trial at a time. */
interface Labs {
  lend<T>(play: (cases: Cases) => Promise<T>): Promise<T>;
}

/** M6: secrets of a team, searched for in whatever anybody can read of its runs. */
export function listSecretTrials(labs: Labs): Trial[] {
  return STORIES.map((story) => ({
    name: `secrets: ${story.name}`,
    kind: 'M6 canaries',
    run: () => labs.lend((cases) => tryOn(cases, story)),
  }));
}

async function tryOn(cases: Cases, story: SecretStory): Promise<string[]> {
  await cases.renew(STACK, {
    plan: {
      ...ONE_PASS,
      ...story.plan,
    },
  });
  return trySecrets(new Operator(cases.lab, cases.client), story);
}

/** A story on an account that nobody has touched. @returns where a secret was found, in words */
export async function trySecrets(operator: Operator, story: SecretStory): Promise<string[]> {
  const canaries = new Canaries();
  await plantCanaries(operator, canaries);
  const heard: string[] = [];
  await story.play(operator, async (...words) => {
    const { code, out, err } = await operator.cli(...words);
    heard.push(`${words.join(' ')}: ${code}\n${out}${err}`);
  });
  const { outcome } = await operator.ended();
  const ended = outcome === story.outcome ? [] : [`it ended ${outcome}, not ${story.outcome}`];
  return [...ended, ...(await searchCanaries(operator, canaries, heard.join('\n')))];
}
