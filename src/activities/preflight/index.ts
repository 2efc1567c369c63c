import type { InputOf } from '../../contract/activities';
import type { Finding, Survey } from '../../contract/findings';
import { adviceOn } from '../../plan/advice';
import type { Owner } from '../../contract/resources';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { applyAcceptance } from './acceptance';
import { lookAtAccount } from './account';
import { lookAtAlarms } from './alarms';
import { lookAtBucket } from './bucket';
import { lookAtCertificate } from './certificate';
import { lookAtCluster } from './cluster';
import { lookAtData } from './data';
import { lookAtDiscovery } from './discovery';
import { warn, type Look } from './finding';
import { lookAtGrafana } from './grafana';
import { lookAtHosts, type Hosts } from './hosts';
import { lookAtIngest, type IngestLook } from './ingest';
import { lookAtIngestion } from './ingestion';
import { lookAtLoadBalancer } from './load-balancer';
import { lookAtMarks } from './marks';
import { lookAtNetwork } from './network';
import { lookAtPermissions } from './permissions';
import { lookAtQuota } from './quota';
import { findingsOf, Reading, unlessDenied } from './reading';
import { lookAtRecords, type RecordsLook } from './records';
import { lookAtRepositories } from './repositories';
import { lookAtRoles } from './roles';
import { lookAtSecurityGroups } from './security-groups';
import { lookAtSenders } from './senders';
import { boundSurvey } from './sender-findings';
import { lookAtSignals } from './signals';
import { sayHostsFinished } from './texts/hosts';
import { lookAtVersions } from './versions';
import { lookAtWatching } from './watching';
import { findZones, lookAtZones } from './zones';

/** Nobody knows which records there are. */
const NO_RECORDS: RecordsLook = {
  findings: [],
  records: [],
};

/** Nobody knows which ports the hosts publish. */
const NO_INGEST: IngestLook = { findings: [] };

/**
 * Reads the account and reports everything at once. It calls nothing that changes anything
 * but SSM's SendCommand, with commands that only read. A read that is denied is a finding and hides no other.
 */
export async function runPreflight(deps: Deps, { plan, owner }: InputOf<'runPreflight'>): Promise<Survey> {
  const reading = new Reading(deps);
  const survey = await lookAtAll(reading.deps, plan, owner);
  return {
    ...survey,
    findings: applyAcceptance([...survey.findings, ...reading.listFindings()], plan),
  };
}

async function lookAtAll(deps: Deps, plan: Plan, owner: Owner): Promise<Survey> {
  const { account, findings: accountFindings } = await lookAtAccount(deps, plan);
  const [network, hosts, ...early] = await Promise.all([
    lookAtNetwork(deps, plan),
    lookAtHosts(deps, plan, owner),
    ...askAll([
      lookAtCertificate(deps, plan),
      lookAtBucket(deps, plan),
      lookAtSignals(deps, plan),
      lookAtRoles(deps, plan, account),
      lookAtQuota(deps, plan),
      lookAtAlarms(deps),
      lookAtPermissions(deps, plan),
    ]),
  ]);
  const place = network.network;
  const senders = await lookAtSenders(deps, plan, { hosts, network: place });
  const { findings: ingestFindings, ingest } = await askIngest(hosts, () =>
    lookAtIngest(deps, plan, owner, place, senders.survey),
  );
  const zones = await unlessDenied(findZones(deps, plan));
  const records = zones ? await askRecords(deps, plan, hosts, zones, ingest?.ports) : NO_RECORDS;
  const isFinished = hasFinished(plan, hosts, records);

  const [grafana, ...late] = await Promise.all([
    isFinished || hosts.isStackUnread ? { findings: [] } : lookAtGrafana(deps, plan, hosts.hosts, place),
    ...askAll([
      lookAtMarks(deps, plan, owner),
      lookAtRepositories(deps, plan),
      lookAtCluster(deps, plan, owner, { network: place, isFolded: hasMovedAll(records) }),
      lookAtDiscovery(deps, plan, place),
      ...(zones ? [lookAtZones(deps, plan, { zones, vpcId: place.vpcId, vpcsOfHosts: hosts.vpcs })] : []),
      lookAtLoadBalancer(deps, plan, place),
      lookAtSecurityGroups(deps, plan, owner, place),
      lookAtData(deps, plan, hosts),
      lookAtWatching(deps, hosts),
    ]),
  ]);

  return {
    findings: [
      ...accountFindings,
      ...network.findings,
      ...(isFinished ? [sayHostsFinished(plan.source.instances)] : judgeHosts(plan, hosts, grafana)),
      ...records.findings,
      ...[...early, ...late].flat(),
      ...senders.findings,
      ...(isFinished ? [] : ingestFindings),
      ...lookAtVersions(plan, hosts.containers).findings,
      ...judgePlan(plan),
    ],
    account,
    network: place,
    records: records.records,
    hosts: hosts.hosts,
    senders: boundSurvey(senders.survey),
    ...('grafana' in grafana && { grafana: grafana.grafana }),
    ...(ingest && { ingest }),
  };
}

async function askIngest({ isStackUnread }: Hosts, ask: () => Promise<IngestLook>): Promise<IngestLook> {
  return isStackUnread ? NO_INGEST : ask();
}

async function askRecords(...asked: Parameters<typeof lookAtRecords>): Promise<RecordsLook> {
  return (await unlessDenied(lookAtRecords(...asked))) ?? NO_RECORDS;
}

/** The findings of each; where a read is denied that it needs, none of its own. */
function askAll(looks: Promise<Look>[]): Promise<Finding[]>[] {
  return looks.map((look) => findingsOf(look.then(({ findings }) => findings)));
}

/** What was found on hosts that are still to be moved. */
function judgeHosts(plan: Plan, hosts: Hosts, grafana: Look): Finding[] {
  const ingestion = hosts.isStackUnread ? [] : lookAtIngestion(plan, hosts).findings;
  return [...hosts.findings, ...grafana.findings, ...ingestion];
}

/** What a plan says that works, and could be better. */
function judgePlan(plan: Plan): Finding[] {
  const advice = adviceOn(plan);
  return advice.map(({ check, message, fix }) => warn(check, message, fix));
}

/**
 * An earlier run of this plan ended completed: all names lead to ECS alone, and no host runs, nor could be started as
 * one that a run has stopped.
 */
function hasFinished(plan: Plan, { hosts, stopped }: Hosts, look: RecordsLook): boolean {
  const isNoneRunning = hosts.every(({ state }) => state !== 'running');
  const { length } = look.records;
  return length === plan.records.length && isAllFolded(look) && isNoneRunning && stopped.length === 0;
}

const hasMovedAll = (look: RecordsLook): boolean => look.records.length > 0 && isAllFolded(look);

const isAllFolded = ({ records }: RecordsLook): boolean => records.every(({ moved }) => moved === 'fold');
