import { condition, defineQuery, proxyActivities, setHandler } from '@temporalio/workflow';

interface Calls {
  beginOne(): Promise<void>;
  beginOther(): Promise<void>;
  endOne(): Promise<void>;
  endOther(): Promise<void>;
}

export const readyQuery = defineQuery<boolean>('ready');

/** Two things that go on side by side: one of them is slower to say what it wants next. */
export async function sideBySide(activitiesQueue: string): Promise<void> {
  const { beginOne, beginOther, endOne, endOther } = proxyActivities<Calls>({
    taskQueue: activitiesQueue,
    startToCloseTimeout: '15m',
  });
  setHandler(readyQuery, () => true);
  const goOne = async () => {
    await beginOne();
    await condition(() => true);
    await endOne();
  };
  const goOther = async () => {
    await beginOther();
    await endOther();
  };
  await Promise.all([goOne(), goOther()]);
}
