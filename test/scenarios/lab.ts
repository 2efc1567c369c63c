import { Cases } from '../../lab/cases';
import type { WorldChoice } from '../../lab/emulator';
import { Lab, type LabOptions } from '../../lab/lab';
import { LAB_ANALYSIS } from '../../lab/plan';
import { Operator, STACK } from './operator';

/** What one test wants of the lab that it shares. */
export interface ScenarioOptions extends Partial<WorldChoice> {
  /** keys laid over the lab's plan */
  plan?: Record<string, unknown>;
}

/** A look takes a second: one pass of each signal is enough for a test that is about something else. */
export const ONE_PASS = {
  analysis: {
    ...LAB_ANALYSIS,
    consecutiveSuccessLimit: 1,
  },
};

type Scenario = (operator: Operator) => Promise<void>;

/** A lab whose tests come one after another. */
class ConnectedLab {
  private constructor(
    private readonly lab: Lab,
    private readonly cases: Cases,
  ) {}

  static async start(options: Partial<LabOptions>): Promise<ConnectedLab> {
    const lab = new Lab({
      world: 'ready',
      record: 'cname',
      ...options,
    });
    try {
      await lab.start();
      return new ConnectedLab(lab, await Cases.open(lab));
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  /** A test on an account that nobody has touched; whatever an earlier one has left is ended. */
  async run(options: ScenarioOptions, scenario: Scenario): Promise<void> {
    await this.cases.renew(STACK, options);
    await scenario(new Operator(this.lab, this.cases.client));
  }

  async stop(): Promise<void> {
    await this.cases.close();
    await this.lab.stop();
  }
}

/**
 * One lab for all tests of a file.
 * @returns what makes a test of a scenario: `test('…', scenario({ … }, async (operator) => …))`
 */
export function useLab(options: Partial<LabOptions> = {}) {
  let lab: ConnectedLab | undefined;
  beforeAll(async () => {
    lab = await ConnectedLab.start(options);
  });
  afterAll(() => lab?.stop());
  return (wanted: ScenarioOptions, scenario: Scenario) => {
    const plan = { ...ONE_PASS, ...wanted.plan };
    return () => lab!.run({ ...wanted, plan }, scenario);
  };
}

/** A lab for one run outside of jest, ended whatever happens. */
export async function withLab(options: ScenarioOptions, run: Scenario): Promise<void> {
  const lab = await ConnectedLab.start(options);
  try {
    await lab.run(options, run);
  } finally {
    await lab.stop();
  }
}
