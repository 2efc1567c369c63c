import type { DataConverter } from '@temporalio/common';

/** How client and worker read and write what crosses: the SDK wants a path. */
export const dataConverter: DataConverter = {
  payloadConverterPath: require.resolve('./payload-converter'),
};
