/** What preflight says of how an adopted load balancer is set. */
import type { Finding } from '../../../contract/findings';
import { fail, warn } from '../finding';

const REDIRECT =
  "'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}' (a bookmark may lead there)";

export function sayBalancerFailed(name: string, reason: string | undefined): Finding {
  return fail(
    'load balancer',
    `${name} could not be set up: ${reason ?? 'AWS gives no reason'}`,
    'delete it (aws elbv2 delete-load-balancer) and fix what AWS names, or name another in loadBalancer.name',
  );
}

export function sayBalancerImpaired(name: string, reason: string | undefined): Finding {
  return warn(
    'load balancer',
    `${name} serves, and lacks what it needs to scale (active_impaired): ${reason ?? 'AWS gives no reason'}`,
    'free addresses in its subnets, eight in each, before users come',
  );
}

/** @param wanted the attribute as the run would set it */
export function sayShortIdleTimeout(
  name: string,
  arn: string,
  found: string,
  { Key, Value }: { Key: string; Value: string },
): Finding {
  const command = `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${arn}`;
  return warn(
    'load balancer',
    `${name} ends a connection that is silent for ${found} s: a query that takes longer fails with 504`,
    `${command} --attributes Key=${Key},Value=${Value}`,
  );
}

export function sayNobodyOnHttp(name: string, arn: string): Finding {
  const command = `aws elbv2 create-listener --load-balancer-arn ${arn} --protocol HTTP --port 80`;
  return warn(
    'listener',
    `nobody listens on port 80 of ${name}: who comes by http:// gets no answer`,
    `${command} --default-actions ${REDIRECT}`,
  );
}

export function sayHttpAnswers(name: string, listener: string, action: string | undefined): Finding {
  const command = `aws elbv2 modify-listener --listener-arn ${listener}`;
  return warn(
    'listener',
    `port 80 of ${name} does ${action} and does not send to HTTPS: who comes by http:// meets that`,
    `${command} --default-actions ${REDIRECT}`,
  );
}

export function sayOldTls(name: string, listener: string, found: string | undefined, policy: string): Finding {
  const command = `aws elbv2 modify-listener --listener-arn ${listener}`;
  return warn(
    'listener',
    `port 443 of ${name} has security policy ${found}, which lacks TLS 1.3 or admits TLS 1.0 or 1.1`,
    `${command} --ssl-policy ${policy}, once no sender or browser needs the older ones`,
  );
}
