import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Condition, Need } from '../../../src/activities/permissions/need';
import { listActions, listNeeds } from '../../../src/activities/permissions/needs';
import { writePolicies } from '../../../src/activities/permissions/policies';
import { planWith } from '../../plan/plan';
import { findCommands, listSentCommands } from './sources';

/** Of an action: ARNs by type of resource, types that a policy must name, keys of conditions. */
interface Authorization {
  types: Record<string, string>;
  required: string[];
  keys: string[];
}

/** From AWS's Service Authorization Reference: a new action's entry is written from its service's page. */
const REFERENCE = JSON.parse(readFileSync(join(__dirname, 'authorization.json'), 'utf8')) as Record<
  string,
  Authorization
>;

/** Everything that a plan can ask for. */
const EVERYTHING = `
cleanup: delete
ingest: {}
secrets: [{ name: grafana, from: { env: SECRET } }]
images: { builder: docker }
grafana: { database: move, target: { efs: fs-0123456789abcdef0 } }
`;
/** They take a resource that nobody knows before: any alarm, and container instances, which Fargate has not. */
const OF_ALL = ['cloudwatch:DescribeAlarms', 'ecs:ListTasks'];

const worker = (more = '') => listNeeds(planWith(more), 'worker');
const commandsOf = (needs: Need[]) => needs.flatMap((need) => need.commands.map((name) => `${need.service}:${name}`));
const keysOf = (condition: Condition = {}) => Object.values(condition).flatMap((keys) => Object.keys(keys));

/** An ARN's form as a pattern. */
function isOfForm(resource: string, form: string): boolean {
  const parts = form.split(/\$\{\w+\}/).map((text) => text.replace(/[.*+?^()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`).test(resource);
}

/** Every action of every need, with what AWS says of it. */
function eachAction(needs: Need[]) {
  return needs.flatMap((need) =>
    need.actions.map((verb) => ({
      need,
      action: `${need.service}:${verb}`,
      reference: REFERENCE[`${need.service}:${verb}`],
    })),
  );
}

test('every command that the sources send is in the list of permissions, and no other is', () => {
  const sent = listSentCommands();
  const listed = new Set(commandsOf(worker(EVERYTHING)));
  const uncovered = [...sent].filter(([command]) => !listed.has(command));
  expect(uncovered).toEqual([]);
  expect([...listed].filter((command) => !sent.has(command))).toEqual([]);
});

test('a command is found in an import, behind a paginator and behind a waiter', () => {
  const text = `import {
  RunTaskCommand,
  paginateListTasks,
  waitUntilTasksStopped,
  type RunTaskCommandInput,
  ECSClient,
} from '@aws-sdk/client-ecs';`;
  expect(findCommands(text)).toEqual(['ecs:RunTask', 'ecs:ListTasks', 'ecs:waitUntilTasksStopped']);
});

test("every action is one of AWS's", () => {
  const unknown = eachAction(worker(EVERYTHING)).filter(({ reference }) => reference === undefined);
  expect(unknown.map(({ action }) => action)).toEqual([]);
});

test('resources are named where AWS takes them, of the types that the action takes', () => {
  for (const { need, action, reference } of eachAction(worker(EVERYTHING))) {
    const forms = Object.entries(reference!.types);
    if (forms.length === 0 || OF_ALL.includes(action)) {
      expect([action, need.resources]).toEqual([action, ['*']]);
      continue;
    }
    const strange = need.resources.filter((resource) => !forms.some(([, form]) => isOfForm(resource, form)));
    expect([action, strange]).toEqual([action, []]);
    const kinds = new Set(reference!.required.map((type) => type.split('/')[0]!));
    const unnamed = [...kinds].filter((kind) => {
      const alike = forms.filter(([type]) => type.split('/')[0] === kind);
      return !need.resources.some((resource) => alike.some(([, form]) => isOfForm(resource, form)));
    });
    expect([action, unnamed]).toEqual([action, []]);
  }
});

test('a condition has only keys that its actions know', () => {
  for (const { need, action, reference } of eachAction(worker(EVERYTHING))) {
    const known = reference!.keys.map((key) => key.replace(/\$\{.*/, ''));
    const unknown = keysOf(need.condition).filter((key) => !known.some((name) => key.startsWith(name)));
    expect([action, unknown]).toEqual([action, []]);
  }
});

test('roles are passed to tasks alone, and AWS makes roles of its own for ECS and load balancers alone', () => {
  const needs = worker().filter(({ service, commands }) => service === 'iam' && commands.length === 0);
  const roles = needs.filter(({ actions }) => actions.some((action) => /PassRole|ServiceLinkedRole/.test(action)));
  expect(roles.map(({ condition }) => condition)).toEqual([
    { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    { StringEquals: { 'iam:AWSServiceName': 'ecs.amazonaws.com' } },
    { StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' } },
  ]);
  expect(roles[0]!.resources).toContain('arn:aws:iam::123456789012:role/lgtmTaskRole');
});

test('who only looks may change nothing but send a command to the hosts', () => {
  const actions = listActions(listNeeds(planWith(EVERYTHING), 'preflight'));
  const reads = /:(Describe|Get|List|Simulate)/;
  expect(actions.filter((action) => !reads.test(action))).toEqual(['ssm:SendCommand']);
});

test('who builds images may push them to the repositories of the plan alone', () => {
  const needs = listNeeds(planWith(), 'builder');
  expect(listActions(needs)).toContain('ecr:PutImage');
  expect(listActions(worker())).not.toContain('ecr:PutImage');
  expect(listActions(worker('images: { builder: docker }\n'))).toContain('ecr:PutImage');
  expect(new Set(needs.map(({ service }) => service))).toEqual(new Set(['ecr']));
});

test('a worker may delete only where the plan says so, and changes no record but those that move', () => {
  const deletes = /:(Delete(?!RolePolicy|Tags)|Detach)/;
  expect(listActions(worker()).filter((action) => deletes.test(action))).toEqual([]);
  expect(listActions(worker('cleanup: delete\n'))).toContain('ecs:DeleteCluster');
  const change = worker().find(({ commands }) => commands.includes('ChangeResourceRecordSets'))!;
  expect(change.resources).toEqual(['arn:aws:route53:::hostedzone/Z0123456789ABC']);
  expect(change.condition).toEqual({
    'ForAllValues:StringEquals': {
      'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['grafana.example.com'],
    },
  });
});

/** A plan of so many hosts and names that one policy does not hold even its resources. */
function writeLargePlan(): string {
  const secrets = Array.from({ length: 120 }, (_, index) => `{ name: team/secret-number-${index}, from: { env: A } }`);
  return `${EVERYTHING.replace(/^secrets.*$/m, '')}secrets: [${secrets.join(', ')}]\n`;
}

test.each([
  ['a usual one', EVERYTHING],
  ['a large one', writeLargePlan()],
])('policies of %s are each of a size that IAM takes, and together allow all of it', (_, more) => {
  const needs = worker(more);
  const policies = writePolicies(needs);
  const sizes = policies.map((policy) => JSON.stringify(policy).replace(/\s/g, '').length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(6144);
  const statements = policies.flatMap(({ Statement }) => Statement);
  for (const { need, action } of eachAction(needs)) {
    const allowing = statements.filter(
      ({ Action, Condition: where }) =>
        Action.includes(action) && JSON.stringify(where) === JSON.stringify(need.condition),
    );
    const allowed = allowing.flatMap(({ Resource }) => Resource);
    expect([action, allowed]).toEqual([action, expect.arrayContaining(need.resources)]);
  }
});
