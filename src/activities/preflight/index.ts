import type { InputOf } from '../../contract/activities';
import type { Finding, Survey } from '../../contract/findings';
import { adviceOn } from '../../plan/advice';
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
import { lookAtIngest } from './ingest';
import { lookAtIngestion } from './ingestion';
import { lookAtLoadBalancer } from './load-balancer';
import { lookAtMarks } from './marks';
import { lookAtNetwork } from './network';
import { lookAtPermissions } from './permissions';
import { lookAtQuota } from './quota';
import { lookAtRecords, type RecordsLook } from './records';
import { lookAtRepositories } from './repositories';
import { lookAtRoles } from './roles';
import { lookAtSecurityGroups } from './security-groups';
import { lookAtSenders } from './senders';
import { boundSurvey } from './sender-findings';
import { lookAtSignals } from './signals';
import { sayHostsFinished } from './texts/hosts';
import { lookAtVersions } from './versions';
import { findZones, lookAtZones } from './zones';

/**
 * Reads the account and reports everything at once. It calls nothing that changes anything
 * but SSM's SendCommand, with commands that only read.
 */
export async function runPreflight(deps: Deps, { plan, owner }: InputOf<'runPreflight'>): Promise<Survey> {
  const { account, findings: accountFindings } = await lookAtAccount(deps, plan);

  const [network, hosts, certificate, bucket, signals, roles, quota, alarms, permissions] = await Promise.all([
    lookAtNetwork(deps, plan),
    lookAtHosts(deps, plan, owner),
    lookAtCertificate(deps, plan),
    lookAtBucket(deps, plan),
    lookAtSignals(deps, plan),
    lookAtRoles(deps, plan, account),
    lookAtQuota(deps, plan),
    lookAtAlarms(deps),
    lookAtPermissions(deps, plan),
  ]);
  const place = network.network;
  const senders = await lookAtSenders(deps, plan, { hosts, network: place });
  const { findings: ingestFindings, ingest } = await lookAtIngest(deps, plan, owner, place, senders.survey.ports);
  const hostedZones = await findZones(deps, plan);
  const records = await lookAtRecords(deps, plan, hosts, hostedZones, ingest?.ports);
  const isFinished = hasFinished(plan, hosts, records);

  const [marks, repositories, cluster, discovery, zones, balancer, groups, data, grafana] = await Promise.all([
    lookAtMarks(deps, plan, owner),
    lookAtRepositories(deps, plan),
    lookAtCluster(deps, plan, owner, place),
    lookAtDiscovery(deps, plan, place),
    lookAtZones(deps, plan, {
      zones: hostedZones,
      vpcId: place.vpcId,
      vpcsOfHosts: hosts.vpcs,
    }),
    lookAtLoadBalancer(deps, plan, place),
    lookAtSecurityGroups(deps, plan, owner, place),
    lookAtData(deps, plan, hosts),
    isFinished ? { findings: [] } : lookAtGrafana(deps, plan, hosts.hosts, place),
  ]);

  const findings: Finding[] = [
    ...accountFindings,
    ...network.findings,
    ...(isFinished ? [sayHostsFinished(plan.source.instances)] : judgeHosts(plan, hosts, grafana)),
    ...[records, certificate, bucket, signals, marks, repositories].flatMap((look) => look.findings),
    ...[cluster, discovery, zones, roles, balancer, groups].flatMap((look) => look.findings),
    ...[quota, alarms, permissions, data, senders].flatMap((look) => look.findings),
    ...(isFinished ? [] : ingestFindings),
    ...lookAtVersions(plan, hosts.containers).findings,
    ...judgePlan(plan),
  ];
  return {
    findings: applyAcceptance(findings, plan),
    account,
    network: place,
    records: records.records,
    hosts: hosts.hosts,
    senders: boundSurvey(senders.survey),
    ...('grafana' in grafana ? { grafana: grafana.grafana } : {}),
    ...(ingest && { ingest }),
  };
}

/** What was found on hosts that are still to be moved. */
function judgeHosts(plan: Plan, hosts: Hosts, grafana: Look): Finding[] {
  return [...hosts.findings, ...grafana.findings, ...lookAtIngestion(plan, hosts).findings];
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
function hasFinished(plan: Plan, { hosts, stopped }: Hosts, { records }: RecordsLook): boolean {
  const isAllFolded = records.every(({ moved }) => moved === 'fold');
  const isNoneRunning = hosts.every(({ state }) => state !== 'running');
  return records.length === plan.records.length && isAllFolded && isNoneRunning && stopped.length === 0;
}
