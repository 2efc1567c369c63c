import {
  CreateListenerCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  paginateDescribeRules,
  type Action,
  type Listener,
  type Rule,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { InputOf } from '../../contract/activities';
import type { ListenerRuleRequest } from '../../contract/load-balancers';
import type { Owner, Resource } from '../../contract/resources';
import { hasEveryPath } from '../../plan/routes';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { tagsOf } from '../owner';
import { listListeners } from './ingest-listener';
import { admitsSome, bringsAll, isRuleForHost } from './listener-rule';
import { readOwner, readOwnership } from './load-balancer';
import { ensureRedirect } from './redirect';

const HTTPS_PORT = 443;
const FIRST_PRIORITY = 1;

/**
 * TLS 1.2 and 1.3. A listener that the API makes without one takes ELBSecurityPolicy-2016-08, which admits TLS 1.0.
 * Source: AWS, "Security policies for your Application Load Balancer".
 */
export const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

/** What an unknown host gets: Alloy tries a 503 again and drops the data on a 404. */
const NO_SUCH_HOST: Action = {
  Type: 'fixed-response',
  FixedResponseConfig: {
    StatusCode: '503',
    ContentType: 'text/plain',
    MessageBody: 'no such host here',
  },
};

/** Finds the HTTPS listener, or creates it; on a load balancer of ours port 80 sends there. */
export async function ensureListener(deps: Deps, request: InputOf<'ensureListener'>): Promise<Resource> {
  const { owner, loadBalancer } = request;
  const listener = await ensureHttps(deps, request);
  if (await readOwner(deps, loadBalancer, owner)) await ensureRedirect(deps, owner, loadBalancer);
  return listener;
}

async function ensureHttps(deps: Deps, request: InputOf<'ensureListener'>): Promise<Resource> {
  const { owner, loadBalancer, certificate } = request;
  const found = await findHttpsListener(deps, loadBalancer);
  if (found) return describeResource(deps, found.ListenerArn!, owner);
  const command = new CreateListenerCommand({
    LoadBalancerArn: loadBalancer,
    Protocol: 'HTTPS',
    Port: HTTPS_PORT,
    SslPolicy: TLS_POLICY,
    Certificates: [{ CertificateArn: certificate }],
    Tags: tagsOf(owner),
    DefaultActions: [NO_SUCH_HOST],
  });
  const { Listeners } = await deps.clients.elb.send(command);
  return {
    id: Listeners![0]!.ListenerArn!,
    ownership: 'created',
  };
}

/** Finds the rule that brings all requests for a host name to the group, or creates it at the first free priority. */
export async function ensureListenerRule(deps: Deps, request: ListenerRuleRequest): Promise<Resource> {
  const { owner, listener, targetGroup } = request;
  const rules = await listRules(deps, listener);
  const isGroup = (arn: string) => arn === targetGroup;
  const found = rules.find((rule) =>
    bringsAll(rule, {
      ...request,
      isGroup,
    }),
  );
  if (found) return describeResource(deps, found.RuleArn!, owner);
  const command = new CreateRuleCommand({
    ListenerArn: listener,
    Priority: createPriorities(rules)(),
    Tags: tagsOf(owner),
    Actions: [
      {
        Type: 'forward',
        TargetGroupArn: targetGroup,
      },
    ],
    Conditions: buildConditions(request),
  });
  const { Rules } = await deps.clients.elb.send(command);
  return {
    id: Rules![0]!.RuleArn!,
    ownership: 'created',
  };
}

/**
 * Deletes the rules for a host name that this run created, of several those for the given sources; none where the load
 * balancer is gone.
 */
export async function removeListenerRule(deps: Deps, request: InputOf<'removeListenerRule'>): Promise<void> {
  const { owner, loadBalancer, host, sources } = request;
  const listener = await findHttpsListener(deps, loadBalancer).catch((error: unknown) => {
    if (isAws(error, 'LoadBalancerNotFound')) return undefined;
    throw error;
  });
  if (!listener) return;
  const rules = await listRules(deps, listener.ListenerArn!);
  const rulesOfHost = rules.filter((rule) => {
    return isRuleForHost(rule, host) && (sources === undefined || admitsSome(rule, sources));
  });
  for (const { RuleArn } of rulesOfHost) {
    await removeRule(deps, RuleArn!, owner);
  }
}

/** Another undo of the same host may have deleted it since. */
async function removeRule(deps: Deps, RuleArn: string, owner: Owner): Promise<void> {
  try {
    const ownership = await readOwnership(deps, RuleArn, owner);
    if (ownership !== 'created') return;
    await deps.clients.elb.send(new DeleteRuleCommand({ RuleArn }));
  } catch (error) {
    if (!isAws(error, 'RuleNotFound')) throw error;
  }
}

async function describeResource(deps: Deps, arn: string, owner: Owner): Promise<Resource> {
  const ownership = await readOwnership(deps, arn, owner);
  return {
    id: arn,
    ownership,
  };
}

/** The listener on 443, whatever it speaks. */
export async function findHttpsListener(deps: Deps, loadBalancer: string): Promise<Listener | undefined> {
  const listeners = await listListeners(deps, loadBalancer);
  return listeners.find(({ Port }) => Port === HTTPS_PORT);
}

/** Every rule of a listener, its default among them. */
export async function listRules(deps: Deps, listener: string): Promise<Rule[]> {
  const found: Rule[] = [];
  const pages = paginateDescribeRules({ client: deps.clients.elb }, { ListenerArn: listener });
  for await (const { Rules = [] } of pages) found.push(...Rules);
  return found;
}

/** Where a run's own rules would stand, one after the other. */
export function createPriorities(rules: Rule[]): () => number {
  const used = new Set(rules.map(({ Priority }) => Priority));
  let next = FIRST_PRIORITY;
  return () => {
    while (used.has(String(next))) next++;
    return next++;
  };
}

function buildConditions({ host, paths, sources }: ListenerRuleRequest): RuleCondition[] {
  const conditions: RuleCondition[] = [];
  conditions.push({
    Field: 'host-header',
    HostHeaderConfig: { Values: [host] },
  });
  if (!hasEveryPath(paths)) {
    conditions.push({
      Field: 'path-pattern',
      PathPatternConfig: { Values: paths },
    });
  }
  if (sources) {
    conditions.push({
      Field: 'source-ip',
      SourceIpConfig: { Values: sources },
    });
  }
  return conditions;
}
