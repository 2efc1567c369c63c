import { defaultPayloadConverter } from '@temporalio/common';
import type { WatchHeartbeat } from '../activities/types';
import { statusQuery } from '../workflows/messages';
import type { Status } from '../workflows/status';
import { handleOf, type Connected } from './connection';

/** The status, with what the watch saw last: that is in its heartbeat, not in the history. */
export async function liveStatus(connected: Connected, name: string): Promise<Status> {
  const handle = handleOf(connected, name);
  const status = await handle.query(statusQuery);
  if (status.outcome) return status;
  const { raw } = await handle.describe();
  const beat = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'watch')?.heartbeatDetails?.payloads?.[0];
  if (!beat) return status;
  const seen = defaultPayloadConverter.fromPayload<WatchHeartbeat>(beat);
  const { verdict, reason, measurements } = seen.state;
  return { ...status, gate: { verdict, measurements, ...(reason ? { reason } : {}) } };
}
