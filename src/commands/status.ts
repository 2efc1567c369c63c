import { withClient } from './connection';
import { liveStatus } from './live';
import { CommandError, EXIT, print } from './output';
import { view } from './view';

/** Where a migration stands now. */
export function status(name: string, { json }: { json?: boolean }): Promise<number> {
  return withClient(async (connected) => {
    const { status: now, cutOff } = await liveStatus(connected, name);
    print(json, now, view(now));
    if (cutOff) throw new CommandError(cutOff, EXIT.failed);
    return EXIT.done;
  });
}
