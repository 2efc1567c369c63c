import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { adviceOn } from '../../plan/advice';
import type { Deps } from '../clients';
import type { Activities } from '../../contract/activities';
import type { Finding, Survey } from '../../contract/findings';
import { accountFindings } from './account';
import { lookAtData } from './data';
import { accepted } from './holdings';
import { lookAtGrafana } from './grafana';
import { lookAtHosts } from './hosts';
import { ingestionFindings } from './ingestion';
import { loadBalancerFindings } from './load-balancer';
import { lookAtNetwork } from './network';
import { lookAtRecords } from './records';
import { existingFindings } from './existing';
import { limitFindings } from './limits';
import { permissionFindings } from './permissions';
import { roleFindings } from './roles';
import { securityGroupFindings } from './security-groups';
import { versionFindings } from './versions';

/** Findings in a few words: `pass`, `warn` and `fail`, the last two with their fix. */
export const pass = (check: string, message: string): Finding => ({ check, level: 'pass', message });
export const warn = (check: string, message: string, fix: string): Finding => ({ check, level: 'warn', message, fix });
export const fail = (check: string, message: string, fix: string): Finding => ({ check, level: 'fail', message, fix });

/**
 * Reads the account and reports everything at once. It calls nothing that changes anything but SSM's
 * SendCommand, with commands that only read.
 */
export function preflightActivities(deps: Deps) {
  return {
    async runPreflight({ plan, owner }): Promise<Survey> {
      const { Account: account = '' } = await deps.clients.sts.send(new GetCallerIdentityCommand({}));
      const region = await deps.clients.ec2.config.region();
      const findings: Finding[] = [
        plan.account && plan.account !== account
          ? fail(
              'account',
              `this is account ${account}, the plan is for ${plan.account}`,
              'use the credentials of that account, or change account in the plan',
            )
          : pass('account', `account ${account}, region ${plan.region}`),
        ...(region === plan.region
          ? []
          : [
              fail(
                'region',
                `the worker acts in ${region}, the plan is for ${plan.region}`,
                `start the worker with AWS_REGION=${plan.region}, or correct region in the plan`,
              ),
            ]),
      ];
      const [network, hosts, rest, roles, limits, permissions] = await Promise.all([
        lookAtNetwork(deps, plan),
        lookAtHosts(deps, plan),
        accountFindings(deps, plan),
        roleFindings(deps, plan, account),
        limitFindings(deps, plan),
        permissionFindings(deps, plan),
      ]);
      const records = await lookAtRecords(deps, plan, hosts);
      const finished =
        records.records.length === plan.records.length && records.records.every(({ moved }) => moved === 'fold');
      const gone = finished && hosts.hosts.every(({ state }) => state !== 'running');
      const [existing, balancer, groups, data, grafana] = await Promise.all([
        existingFindings(deps, plan, owner, network.network),
        loadBalancerFindings(deps, plan, network.network),
        securityGroupFindings(deps, plan, owner, network.network),
        lookAtData(deps, plan, hosts),
        gone ? { findings: [] } : lookAtGrafana(deps, plan, hosts.hosts, network.network),
      ]);
      const hostFindings = gone
        ? [pass('host', `${plan.source.instances.join(', ')} stopped serving when an earlier run completed`)]
        : hosts.findings;
      findings.push(
        ...network.findings,
        ...hostFindings,
        ...grafana.findings,
        ...(gone ? [] : ingestionFindings(plan, hosts)),
        ...records.findings,
        ...rest,
        ...existing,
        ...roles,
        ...balancer,
        ...groups,
        ...limits,
        ...permissions,
        ...data,
        ...versionFindings(plan, hosts.containers),
        ...adviceOn(plan).map(({ check, message, fix }) => warn(check, message, fix)),
      );
      return {
        findings: accepted(findings, plan),
        account,
        network: network.network,
        records: records.records,
        hosts: hosts.hosts,
        ...('grafana' in grafana ? { grafana: grafana.grafana } : {}),
      };
    },
  } satisfies Partial<Activities>;
}
