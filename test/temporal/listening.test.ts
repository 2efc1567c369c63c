import { ServiceError } from '@temporalio/client';
import { onceItListens } from '../../src/temporal/listening';

/** As the SDK wraps what the server has answered. */
const refusal = (details: string) =>
  new ServiceError('Workflow Update failed', {
    cause: Object.assign(new Error(`9 FAILED_PRECONDITION: ${details}`), {
      code: 9,
      details,
    }),
  });

const UNTAKEN = 'Unable to perform workflow execution update due to Workflow Task in failed state.';

test('a word is said again to a run whose tasks found no worker in time', async () => {
  const answers = [refusal(UNTAKEN), refusal(UNTAKEN), undefined];
  const say = () => {
    const error = answers.shift();
    return error ? Promise.reject(error) : Promise.resolve('taken');
  };
  await expect(onceItListens(say)).resolves.toBe('taken');
});

test('what the server refuses for another reason is not said again', async () => {
  const say = jest.fn(() => Promise.reject(refusal('workflow is closing')));
  await expect(onceItListens(say)).rejects.toThrow('Workflow Update failed');
  expect(say).toHaveBeenCalledTimes(1);
});
