import { withClient } from './connection';
import { liveStatus } from './live';
import { EXIT, print } from './output';
import { view } from './view';

/** Where a migration stands now. */
export function status(name: string, { json }: { json?: boolean }): Promise<number> {
  return withClient(async (connected) => {
    const now = await liveStatus(connected, name);
    print(json, now, view(now));
    return EXIT.done;
  });
}
