import { DescribeLoadBalancerAttributesCommand, type LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding } from '../../contract/findings';
import { listListeners } from '../aws/ingest-listener';
import { IDLE_TIMEOUT, IMPAIRED } from '../aws/load-balancer';
import { HTTP_PORT } from '../aws/redirect';
import type { Deps } from '../clients';
import {
  sayBalancerFailed,
  sayBalancerImpaired,
  sayHttpAnswers,
  sayNobodyOnHttp,
  sayShortIdleTimeout,
} from './texts/balancer';

/** What an adopted load balancer is set to otherwise than the run would set one of its own, and its state. */
export async function findSettingProblems(deps: Deps, balancer: LoadBalancer): Promise<Finding[]> {
  const [ofTimeout, ofHttp] = await Promise.all([judgeIdleTimeout(deps, balancer), judgeHttp(deps, balancer)]);
  return [...judgeState(balancer), ...ofTimeout, ...ofHttp];
}

function judgeState({ LoadBalancerName: name, State: state }: LoadBalancer): Finding[] {
  if (state?.Code === 'failed') return [sayBalancerFailed(name!, state.Reason)];
  if (state?.Code === IMPAIRED) return [sayBalancerImpaired(name!, state.Reason)];
  return [];
}

async function judgeIdleTimeout({ clients }: Deps, balancer: LoadBalancer): Promise<Finding[]> {
  const { LoadBalancerName: name, LoadBalancerArn: arn } = balancer;
  const { Attributes = [] } = await clients.elb.send(
    new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }),
  );
  const found = Attributes.find(({ Key }) => Key === IDLE_TIMEOUT.Key)?.Value;
  if (found === undefined || Number(found) >= Number(IDLE_TIMEOUT.Value)) return [];
  return [sayShortIdleTimeout(name!, arn!, found, IDLE_TIMEOUT)];
}

async function judgeHttp(deps: Deps, { LoadBalancerName: name, LoadBalancerArn: arn }: LoadBalancer) {
  const listeners = await listListeners(deps, arn!);
  const http = listeners.find(({ Port }) => Port === HTTP_PORT);
  if (!http) return [sayNobodyOnHttp(name!, arn!)];
  const action = http.DefaultActions?.[0];
  const isSent = action?.RedirectConfig?.Protocol === 'HTTPS';
  return isSent ? [] : [sayHttpAnswers(name!, http.ListenerArn!, action?.Type)];
}
