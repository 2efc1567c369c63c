import { Client, Connection } from '@temporalio/client';
import type { WorldChoice } from '../../lab/emulator';
import { Lab, type LabOptions } from '../../lab/lab';
import { LAB_ANALYSIS } from '../../lab/plan';
import { Operator } from './operator';

/** What one test wants of the lab that it shares. */
export interface ScenarioOptions extends Partial<WorldChoice> {
  /** keys laid over the lab's plan */
  plan?: Record<string, unknown>;
}

/** A look takes a second: one pass of each signal is enough for a test that is about something else. */
const ONE_PASS = {
  analysis: {
    ...LAB_ANALYSIS,
    consecutiveSuccessLimit: 1,
  },
};

type Scenario = (operator: Operator) => Promise<void>;

/** A lab with a connection to its server. */
class ConnectedLab {
  private constructor(
    private readonly lab: Lab,
    private readonly connection: Connection,
  ) {}

  static async start(options: Partial<LabOptions>): Promise<ConnectedLab> {
    const lab = new Lab({
      world: 'ready',
      record: 'cname',
      ...options,
    });
    try {
      await lab.start();
      return new ConnectedLab(lab, await Connection.connect({ address: lab.temporal }));
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  /** A test on an account that nobody has touched; whatever an earlier one has left is ended. */
  async run({ plan, ...choice }: ScenarioOptions, scenario: Scenario): Promise<void> {
    const operator = new Operator(this.lab, new Client({ connection: this.connection }));
    await this.clear(operator);
    await this.lab.renew(choice, plan);
    await scenario(operator);
  }

  async stop(): Promise<void> {
    await this.connection.close();
    await this.lab.stop();
  }

  /** An open run is terminated, and its worker with it: an activity of it must not reach the next account. */
  private async clear({ handle }: Operator): Promise<void> {
    if (!this.lab.processes.runs('temporal')) await this.lab.repair();
    const isOpen = await handle.describe().then(
      ({ status }) => status.name === 'RUNNING',
      () => false,
    );
    if (isOpen) {
      await handle.terminate('the test is over');
      await this.lab.stopPart('worker', 'SIGKILL');
    }
    await this.lab.repair();
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
