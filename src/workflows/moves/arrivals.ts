import type { Received } from '../../analysis/received';
import type { Survey } from '../../contract/findings';
import { nameLoss, type SenderPort } from '../../contract/senders';
import type { Run } from '../engine/run';
import { joinIds, listRunning } from './hosts';

/** Where this run moves a name of senders, they may come to ECS, and must be seen at the hosts again on the way back. */
export function writeSendersBack(run: Run, survey: Survey): void {
  const hosts = listRunning(survey);
  const moves = survey.records.some(({ to, moved }) => to === 'ingest' && !moved);
  if (!moves || hosts.length === 0) return;
  run.writeUndo({
    id: `see senders back at ${joinIds(hosts)}`,
    stage: 'senders',
    verb: 'awaitSenders',
    input: {
      instances: hosts.map(({ instanceId }) => instanceId),
      ports: listPorts(run, survey),
      arrived: null,
    },
  });
}

/** The ports of the ingest, with whom preflight has seen there of those who move by a name. */
function listPorts({ plan }: Run, { ingest, senders }: Survey): SenderPort[] {
  const moving = (senders?.senders ?? []).filter(({ move }) => move === 'by-name');
  return (ingest?.ports ?? []).map(({ port, service }) => {
    const there = moving.filter((sender) => sender.port === port);
    const awaited = there.filter((sender) => !plan.data.accept.includes(nameLoss(sender)));
    return {
      port,
      service,
      peers: [...new Set(awaited.map(({ peer }) => peer))],
    };
  });
}

/** Keeps in the ledger to which services on ECS something came: theirs are the senders that must come back. */
export function noteArrivals({ ledger }: Run, received: Received[]): void {
  for (const undo of ledger.list()) {
    if (undo.verb !== 'awaitSenders') continue;
    const { ports, arrived } = undo.input;
    const came = received.filter((each) => hasCome(each, ports)).map(({ service }) => service);
    ledger.replace({
      ...undo,
      input: {
        ...undo.input,
        arrived: [...new Set([...(arrived ?? []), ...came])],
      },
    });
  }
}

/** Where ECS can't say it, what came to the hosts tells that there are senders; where no side can, who was seen there. */
function hasCome({ service, ecs, host }: Received, ports: SenderPort[]): boolean {
  const counted = ecs ?? host;
  if (counted !== null) return counted > 0;
  return ports.some((port) => port.service === service && port.peers.length > 0);
}
