import type { Rule, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  bringsAll,
  describeAction,
  describeConditions,
  doMeet,
  isWider,
  leadsOnlyTo,
  listUsedGroups,
  mayTake,
} from '../../../src/activities/aws/listener-rule';

const GROUP = 'arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/lgtm-grafana-tg/1';
const OTHER = GROUP.replace('grafana', 'loki');
const WANTED = {
  host: 'grafana.example.com',
  paths: ['/*'],
  isGroup: (arn: string) => arn === GROUP,
};

const host = (...Values: string[]): RuleCondition => ({
  Field: 'host-header',
  HostHeaderConfig: { Values },
});
const path = (...Values: string[]): RuleCondition => ({
  Field: 'path-pattern',
  PathPatternConfig: { Values },
});
const source = (...Values: string[]): RuleCondition => ({
  Field: 'source-ip',
  SourceIpConfig: { Values },
});
const header: RuleCondition = {
  Field: 'http-header',
  HttpHeaderConfig: {
    HttpHeaderName: 'X-Beta',
    Values: ['1'],
  },
};
const ruleOf = (Conditions: RuleCondition[], TargetGroupArn = GROUP): Rule => ({
  Conditions,
  Actions: [
    {
      Type: 'forward',
      TargetGroupArn,
    },
  ],
});

const PATTERNS: [string, string, boolean][] = [
  ['*.example.com', 'grafana.example.com', true],
  ['*.example.com', 'example.com', false],
  ['graf?na.example.com', 'grafana.example.com', true],
  ['/api/*', '/*', true],
  ['/api/*', '/*/health', true],
  ['/a*b', '/a?c', false],
  ['*', '/metrics', true],
  ['/login', '/logout', false],
  ['', '', true],
  ['', '*', true],
];

test.each(PATTERNS)('that one text matches both %s and %s is %s', (a, b, expected) => {
  expect([doMeet(a, b), doMeet(b, a)]).toEqual([expected, expected]);
});

const RULES: [string, Rule, { brings: boolean; takes: boolean }][] = [
  ['the host alone', ruleOf([host(WANTED.host)]), { brings: true, takes: true }],
  [
    'the host among others',
    ruleOf([host('a.example.com', WANTED.host)]),
    {
      brings: true,
      takes: true,
    },
  ],
  [
    'every path of it',
    ruleOf([host(WANTED.host), path('/*')]),
    {
      brings: true,
      takes: true,
    },
  ],
  [
    'a narrower path',
    ruleOf([host(WANTED.host), path('/metrics')]),
    {
      brings: false,
      takes: true,
    },
  ],
  ['another group', ruleOf([host(WANTED.host)], OTHER), { brings: false, takes: true }],
  ['a wildcard', ruleOf([host('*.Example.com')]), { brings: false, takes: true }],
  ['every request', ruleOf([]), { brings: false, takes: true }],
  [
    'some clients',
    ruleOf([host(WANTED.host), source('10.0.0.0/8')]),
    {
      brings: false,
      takes: true,
    },
  ],
  ['a header', ruleOf([host(WANTED.host), header]), { brings: false, takes: true }],
  ['another host', ruleOf([host('loki.example.com')]), { brings: false, takes: false }],
];

test.each(RULES)('of a rule for %s it is known what it brings and takes', (_, rule, expected) => {
  expect({
    brings: bringsAll(rule, WANTED),
    takes: mayTake(rule, WANTED),
  }).toEqual(expected);
});

test('a rule for the clients that are wanted brings all that is wanted', () => {
  const rule = ruleOf([host(WANTED.host), source('10.0.0.0/16')]);
  expect(bringsAll(rule, { ...WANTED, sources: ['10.0.0.0/16'] })).toBe(true);
});

test.each([
  ['everybody', ruleOf([host(WANTED.host)])],
  ['others too', ruleOf([host(WANTED.host), source('10.0.0.0/16', '0.0.0.0/0')])],
])('a rule that lets %s in is none that would be made for some', (_, rule) => {
  expect(bringsAll(rule, { ...WANTED, sources: ['10.0.0.0/16'] })).toBe(false);
  expect(isWider(rule, ['10.0.0.0/16'])).toBe(true);
});

test('paths that are none of the wanted are not taken', () => {
  const rule = ruleOf([host(WANTED.host), path('/metrics')]);
  expect(mayTake(rule, { ...WANTED, paths: ['/api/*'] })).toBe(false);
});

test('a group with weight 0 gets nothing, and who signs in first is brought on', () => {
  const rule: Rule = {
    Conditions: [host(WANTED.host)],
    Actions: [
      { Type: 'authenticate-oidc' },
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: GROUP, Weight: 100 },
            { TargetGroupArn: OTHER, Weight: 0 },
          ],
        },
      },
    ],
  };
  expect(bringsAll(rule, WANTED)).toBe(true);
  expect(listUsedGroups(rule)).toEqual([GROUP, OTHER]);
});

test.each<[string, Rule, boolean]>([
  ['leads to the group alone, with a part of the paths', ruleOf([host('grafana.example.com'), path('/api/*')]), true],
  ['leads to another', ruleOf([path('/api/*')], OTHER), false],
  [
    'asks to sign in first',
    {
      ...ruleOf([path('/api/*')]),
      Actions: [{ Type: 'authenticate-oidc' }, { Type: 'forward', TargetGroupArn: GROUP }],
    },
    false,
  ],
  ['answers itself', { ...ruleOf([path('/api/*')]), Actions: [{ Type: 'fixed-response' }] }, false],
])('whether a rule takes nobody away that %s', (_, rule, expected) => {
  expect(leadsOnlyTo(rule, WANTED.isGroup)).toBe(expected);
});

test('a rule is described as a person would', () => {
  const rule: Rule = {
    Conditions: [host(WANTED.host), path('/metrics', '/debug')],
    Actions: [
      {
        Type: 'fixed-response',
        FixedResponseConfig: { StatusCode: '403' },
      },
    ],
  };
  expect([describeConditions(rule), describeAction(rule)]).toEqual([
    'host grafana.example.com, path /metrics or /debug',
    'answers 403 itself',
  ]);
  expect(describeAction(ruleOf([], OTHER))).toBe('leads to lgtm-loki-tg');
  expect(describeConditions(ruleOf([]))).toBe('every request');
});

test.each(['url-rewrite', 'host-header-rewrite'] as const)('a rule with %s brings nothing as it was asked', (Type) => {
  const rule: Rule = {
    ...ruleOf([host(WANTED.host)]),
    Transforms: [{ Type }],
  };
  expect([bringsAll(rule, WANTED), leadsOnlyTo(rule, WANTED.isGroup)]).toEqual([false, false]);
});
