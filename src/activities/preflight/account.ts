import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import type { Look } from './finding';
import { sayAccount, sayOtherAccount, sayOtherRegion } from './texts/account';

export interface AccountLook extends Look {
  /** its number */
  account: string;
}

/** Whether the worker acts in the plan's account and region. */
export async function lookAtAccount(deps: Deps, plan: Plan): Promise<AccountLook> {
  const { sts, ec2 } = deps.clients;
  const { Account: account = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const region = await ec2.config.region();
  const findings = [judgeAccount(plan, account)];
  if (region !== plan.region) findings.push(sayOtherRegion(region, plan.region));
  return {
    findings,
    account,
  };
}

function judgeAccount(plan: Plan, account: string): Finding {
  const wanted = plan.account ?? account;
  if (wanted !== account) return sayOtherAccount(account, wanted);
  return sayAccount(account, plan.region);
}
