import { isAws } from './failures';

/**
 * The answer, or undefined where AWS says that the thing asked for is not there.
 * @param absent AWS's names for that, without `Exception`
 */
export async function orNothing<T>(asking: Promise<T>, ...absent: string[]): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (isAws(error, ...absent)) return undefined;
    throw error;
  }
}
