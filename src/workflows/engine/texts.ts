import { messageOf } from './failures';

export const describeUnwatched = (error: unknown): string => `the signals can't be watched: ${messageOf(error)}`;
