import startDevServer from '../workflows/global-setup';
import stopDevServer from '../workflows/global-teardown';
import { StubWorker } from '../workflows/server';
import { interleave, type Trial } from './campaign';
import { listInputTrials, RUNS } from './input/trials';
import { LabPool } from './lab/pool';
import { listLabTrials } from './lab/trials';
import { listModelTrials, SIDE_BY_SIDE } from './model/trials';
import { listPeopleTrials } from './people/trials';
import { listDeedTrials } from './people/world';
import { listWitnessTrials } from './witness/trials';

/** Some cases wait more than they work: with them in between, six keep two cores busy. */
const MOST_LABS = 6;

/** Trials that need the same things to stand. */
export interface Layer {
  trials: Trial[];
  sideBySide: number;
  close(): Promise<void>;
}

export interface Settings {
  /** of what comes in */
  seed: number;
  /** a file in which a layer may keep what a campaign that goes on needs again */
  kept: string;
}

/** How each is opened. */
export const LAYERS = {
  input: openInput,
  lab: openLab,
  model: openModel,
} as const satisfies Record<string, (settings: Settings) => Promise<Layer>>;
export type LayerName = keyof typeof LAYERS;

/** Nothing but this process. */
async function openInput({ seed }: Settings): Promise<Layer> {
  return {
    trials: listInputTrials({
      runs: RUNS,
      seed,
    }),
    sideBySide: 1,
    close: async () => undefined,
  };
}

/** An in-process worker, whose activities change a model of an account. */
async function openModel(): Promise<Layer> {
  await startDevServer();
  const worker = await StubWorker.start();
  const close = async () => {
    await worker.stop();
    await stopDevServer();
  };
  try {
    return {
      trials: [...(await listModelTrials(worker)), ...(await listPeopleTrials(worker))],
      sideBySide: SIDE_BY_SIDE,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Server, worker and emulator as processes of their own. */
async function openLab({ kept }: Settings): Promise<Layer> {
  const pool = new LabPool(MOST_LABS);
  const close = () => pool.stop();
  try {
    return {
      trials: interleave([...(await listLabTrials(pool, kept)), ...listDeedTrials(pool), ...listWitnessTrials(pool)]),
      sideBySide: MOST_LABS,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
