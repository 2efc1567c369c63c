import type { Finding } from '../../contract/findings';
import { nameLoss, type BoundSurvey, type PublishedPort, type SenderSurvey } from '../../contract/senders';
import { COLLECTOR } from '../../plan/defaults';
import { findServiceOf, planIngestPorts } from '../../plan/ingest-ports';
import { listSenderNames } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { listUserNames } from '../../plan/senders';
import { listBypassing } from '../../plan/visibility';
import { findAdministration } from './administration';
import {
  sayBypass,
  sayByName,
  sayCutOff,
  sayMoreStay,
  sayNobodySends,
  sayNoOwnName,
  saySenderStays,
  sayTls,
  sayUnseen,
} from './texts/senders';

/** Senders that stay and are not accepted: so many are told whole. */
const TOLD = 20;

/** Senders that a run remembers: its history holds them. */
const KEPT = 50;

/** What of a survey fits a history. */
export function boundSurvey({ senders, ...survey }: SenderSurvey): BoundSurvey {
  return {
    ...survey,
    senders: senders.slice(0, KEPT),
    left: Math.max(0, senders.length - KEPT),
  };
}

/** A sender that will not move is a failure, which a plan accepts by peer and port. */
export function judgeSenders(plan: Plan, { ports, senders, cutOff, tls }: SenderSurvey): Finding[] {
  const names = listSenderNames(plan);
  const listens = names.length > 0 ? planIngestPorts(plan, ports).ports : [];
  const bypassing = listBypassing(plan, listens);
  const moving = senders.filter(({ move }) => move === 'by-name');
  const udp = ports.filter(({ protocol }) => protocol === 'udp');
  return [
    ...judgeStaying(plan, senders),
    ...judgeNames(plan, senders),
    ...(moving.length > 0 ? [sayByName(moving, names)] : []),
    ...(cutOff.length > 0 ? [sayCutOff(cutOff)] : []),
    ...(udp.length > 0 ? [sayUnseen(udp)] : []),
    ...findAdministration(plan, listens),
    ...(bypassing.length > 0 ? [sayBypass(bypassing, COLLECTOR)] : []),
    ...judgeTls(plan, tls),
    ...(senders.length === 0 && cutOff.length === 0 ? [sayNobodySends()] : []),
  ];
}

/** What the plan accepts is told whole, as it is there by name. */
function judgeStaying(plan: Plan, senders: SenderSurvey['senders']): Finding[] {
  const staying = senders.filter(({ move }) => move !== 'by-name');
  const isAccepted = (sender: (typeof staying)[number]) => plan.data.accept.includes(nameLoss(sender));
  const accepted = staying.filter(isAccepted);
  const open = staying.filter((sender) => !isAccepted(sender));
  const more = open.length - TOLD;
  return [...[...accepted, ...open.slice(0, TOLD)].map(saySenderStays), ...(more > 0 ? [sayMoreStay(more)] : [])];
}

/** Where no name is the senders' own, those that go by a name go by one of the users'. */
function judgeNames(plan: Plan, senders: SenderSurvey['senders']): Finding[] {
  if (listSenderNames(plan).length > 0) return [];
  const outside = senders.filter(({ move }) => move === 'not');
  if (outside.length === 0) return [];
  const ports = [...new Set(outside.map(describePort))];
  return [sayNoOwnName(listUserNames(plan), ports)];
}

const describePort = ({ port, service }: Pick<PublishedPort, 'port' | 'service'>): string => `${port} (${service})`;

/** A task ends TLS only with a certificate, which comes to it as a secret: whether one of its secrets is can't be seen. */
function judgeTls(plan: Plan, tls: PublishedPort[]): Finding[] {
  return tls.map((port) => {
    const [, service] = (port.component && findServiceOf(plan, port.component)) ?? [];
    return sayTls(port, Object.keys(service?.secrets ?? {}));
  });
}
