import type { Action, Rule, RuleCondition, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';

/** Requests that a service has to get. */
export interface Wanted {
  host: string;
  /** with wildcards */
  paths: string[];
  /** CIDRs; absent: from everywhere */
  sources?: string[] | undefined;
  /** whether a target group's ARN is the one that they go to */
  isGroup: (arn: string) => boolean;
}

const EVERY_PATH = ['*', '/*'];

/** Whether a rule is for that host name, and not for others that a wildcard takes in. */
export function isRuleForHost({ Conditions = [] }: Rule, host: string): boolean {
  return Conditions.some((condition) => condition.Field === 'host-header' && readPatterns(condition).includes(host));
}

/** Whether a rule lets some of these ranges in: where it asks for no source, all. */
export function admitsSome({ Conditions = [] }: Rule, sources: string[]): boolean {
  return Conditions.every((condition) => {
    return condition.Field !== 'source-ip' || sources.some((source) => readPatterns(condition).includes(source));
  });
}

/** Whether a rule brings all of these requests to their group, as one that a run makes would, and lets in no others. */
export function bringsAll(rule: Rule, { host, paths, sources = [], isGroup }: Wanted): boolean {
  const admitted = listSources(rule);
  const isAsOpen = sources.length === admitted.length && sources.every((source) => admitted.includes(source));
  return isAsOpen && isRuleForHost(rule, host) && leadsWholly(rule, paths, isGroup);
}

/** Whether what a rule takes goes to one group alone, with all of these paths and whatever headers it has. */
export function leadsWholly(rule: Rule, paths: string[], isGroup: Wanted['isGroup']): boolean {
  const groups = listGroups(rule);
  if (groups.length !== 1 || !isGroup(groups[0]!) || rewrites(rule)) return false;
  return (rule.Conditions ?? []).every((condition) => {
    const patterns = readPatterns(condition);
    if (condition.Field !== 'path-pattern') return ['host-header', 'source-ip'].includes(condition.Field!);
    return paths.every((path) => [path, ...EVERY_PATH].some((all) => patterns.includes(all)));
  });
}

/** Whether whoever meets a rule is brought to one group and asked for nothing before: it takes nobody away from there. */
export function leadsOnlyTo(rule: Rule, isGroup: Wanted['isGroup']): boolean {
  const groups = listUsedGroups(rule);
  const actions = rule.Actions ?? [];
  if (rewrites(rule)) return false;
  return groups.length > 0 && groups.every(isGroup) && actions.every(({ Type }) => Type === 'forward');
}

/**
 * Whether a rule changes the name or the path before its target sees them: what users ask for is not what is answered.
 * Source: AWS, API reference of Elastic Load Balancing, RuleTransform.
 */
export function rewrites({ Transforms = [] }: Rule): boolean {
  return Transforms.length > 0;
}

/** Whether a rule lets others in than these ranges: all, where it asks for no source. */
export function isWider(rule: Rule, sources: string[]): boolean {
  const admits = listSources(rule);
  return sources.length > 0 && (admits.length === 0 || admits.some((range) => !sources.includes(range)));
}

/** The ranges that a rule asks for; none: everybody. */
function listSources({ Conditions = [] }: Rule): string[] {
  return Conditions.filter(({ Field }) => Field === 'source-ip').flatMap(readPatterns);
}

/**
 * Whether some of these requests meet a rule's conditions. What a request's name and path don't tell (its source, a
 * header) counts as met: for somebody it is.
 */
export function mayTake({ Conditions = [] }: Rule, { host, paths }: Pick<Wanted, 'host' | 'paths'>): boolean {
  return Conditions.every((condition) => {
    if (readRegexes(condition).length > 0) return true;
    const patterns = readPatterns(condition);
    if (condition.Field === 'host-header') return patterns.some((pattern) => doMeet(pattern.toLowerCase(), host));
    if (condition.Field !== 'path-pattern') return true;
    return patterns.some((pattern) => paths.some((path) => doMeet(pattern, path)));
  });
}

/** ARNs of the target groups that a rule leads to; a weight of 0 leads nowhere. */
export const listGroups = (rule: Leading): string[] =>
  listForwards(rule)
    .filter(({ Weight }) => Weight !== 0)
    .map(({ TargetGroupArn }) => TargetGroupArn!);

/** ARNs of the target groups that a rule uses, at a weight of 0 too. */
export const listUsedGroups = (rule: Leading): string[] =>
  listForwards(rule).map(({ TargetGroupArn }) => TargetGroupArn!);

/** What has actions: a rule, or what a listener does by default. */
interface Leading {
  Actions?: Action[] | undefined;
}

/** An action's group stands beside its type, in its configuration, or in both. */
function listForwards({ Actions = [] }: Leading): TargetGroupTuple[] {
  return Actions.flatMap(({ TargetGroupArn, ForwardConfig }) => {
    return ForwardConfig?.TargetGroups ?? (TargetGroupArn ? [{ TargetGroupArn }] : []);
  });
}

/** The conditions of a rule as a person reads them: `host grafana.example.com, path /metrics`; `every request`. */
export function describeConditions({ Conditions = [] }: Rule): string {
  const said = Conditions.map((condition) => {
    const name = (condition.Field ?? '').replace(/-(header|pattern)$/, '');
    return [name, [...readPatterns(condition), ...readRegexes(condition)].join(' or ')].filter(Boolean).join(' ');
  });
  return said.join(', ') || 'every request';
}

/** What a rule does with a request: `answers 403 itself`, `leads to shop-green`. */
export function describeAction(rule: Rule): string {
  const groups = listGroups(rule);
  if (groups.length > 0) return `leads to ${groups.map(nameGroup).join(' and ')}`;
  const last = rule.Actions?.at(-1);
  if (last?.Type === 'fixed-response') return `answers ${last.FixedResponseConfig?.StatusCode} itself`;
  return last?.Type === 'redirect' ? 'sends it elsewhere (redirect)' : `does ${last?.Type}`;
}

/** The ARN of the group of that name among those that an ECS service is in. */
export function findGroup(loadBalancers: { targetGroupArn?: string | undefined }[] = [], name: string) {
  const arns = loadBalancers.map(({ targetGroupArn }) => targetGroupArn!);
  return arns.find((arn) => nameGroup(arn) === name);
}

/** `targetgroup/<name>/<id>`, as an ARN has it in it. */
export const nameGroup = (arn: string): string => arn.split('/')[1] ?? arn;

/** A condition's values stand in its own configuration, or beside its field as of old. */
function readPatterns(condition: RuleCondition): string[] {
  const { Values, HostHeaderConfig, PathPatternConfig, SourceIpConfig } = condition;
  return HostHeaderConfig?.Values ?? PathPatternConfig?.Values ?? SourceIpConfig?.Values ?? Values ?? [];
}

function readRegexes({ HostHeaderConfig, PathPatternConfig }: RuleCondition): string[] {
  return HostHeaderConfig?.RegexValues ?? PathPatternConfig?.RegexValues ?? [];
}

/**
 * Whether one text can match both patterns, of which `*` stands for any number of characters and `?` for one.
 * Source: AWS, "Condition types for listener rules".
 */
export function doMeet(one: string, other: string): boolean {
  // of each position in `other`: whether the rests from there on can be one text
  let meets = Array.from({ length: other.length + 1 }, (_, at) => /^\**$/.test(other.slice(at)));
  for (const wanted of [...one].reverse()) {
    const after = meets;
    meets = [];
    for (let at = other.length; at >= 0; at--) {
      const found = other[at];
      const isStar = wanted === '*' || found === '*';
      const isOne = wanted === found || wanted === '?' || found === '?';
      const isTaken = isStar ? after[at]! || meets[at + 1] : isOne && after[at + 1];
      meets[at] = isTaken ?? false;
    }
  }
  return meets[0]!;
}
