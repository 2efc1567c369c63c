import { defaultPayloadConverter } from '@temporalio/common';
import type { WatchHeartbeat } from '../contract/watch';
import { statusQuery } from '../contract/messages';
import type { Status } from '../contract/status';
import { answered, handleOf, type Connected } from './connection';

/** `cutOff`: how the run ended where it could not end itself. */
export interface Live {
  status: Status;
  cutOff?: string;
}

/** The status, with what the watch saw last: that is in its heartbeat, not in the history. */
export async function liveStatus(connected: Connected, name: string): Promise<Live> {
  const handle = handleOf(connected, name);
  const { raw, status: execution, runId, closeTime } = await answered(connected, () => handle.describe());
  const status = await answered(connected, () => handle.query(statusQuery));
  if (status.outcome) return { status };
  if (execution.name !== 'RUNNING') {
    return {
      status,
      cutOff: `run ${runId} of ${name} is ${execution.name} since ${closeTime?.toISOString() ?? 'a while'}: it took nothing back, and ${status.undo.pending} undos are lost with it; look at the record and the hosts, then start it again, it adopts what is there`,
    };
  }
  const beat = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'watchSignals')
    ?.heartbeatDetails?.payloads?.[0];
  if (!beat) return { status };
  const seen = defaultPayloadConverter.fromPayload<WatchHeartbeat>(beat);
  const { verdict, reason, measurements } = seen.state;
  return { status: { ...status, gate: { verdict, measurements, ...(reason ? { reason } : {}) } } };
}
