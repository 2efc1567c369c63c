import { join } from 'node:path';
import { ROOT, runCli } from './command-line';

const PLAN = join(ROOT, 'examples/lgtm.yaml');

interface Policy {
  Version: string;
  Statement: { Effect: string; Action: string[]; Resource: string[] }[];
}

const print = (...more: string[]) => runCli(['permissions', '-f', PLAN, ...more]);

test.each([
  ['preflight', ['ec2:DescribeInstances', 'iam:SimulatePrincipalPolicy'], ['ec2:TerminateInstances', 'iam:PassRole']],
  ['worker', ['ec2:TerminateInstances', 'iam:PassRole', 'iam:CreateServiceLinkedRole'], ['ecs:DeleteCluster']],
  ['builder', ['ecr:GetAuthorizationToken', 'ecr:PutImage'], ['ec2:DescribeInstances', 'iam:PassRole']],
])(
  'policies for the %s are printed as IAM takes them, by a name each, and nobody is asked',
  async (purpose, has, not) => {
    const { code, out, err } = await print('--for', purpose);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const policies = JSON.parse(out) as Record<string, Policy>;
    const names = Object.keys(policies);
    expect(names).toEqual(names.map((_, index) => `lgtm-prd-${purpose}-${index + 1}`));
    const statements = Object.values(policies).flatMap(({ Version, Statement }) => {
      expect(Version).toBe('2012-10-17');
      return Statement;
    });
    expect(new Set(statements.map(({ Effect }) => Effect))).toEqual(new Set(['Allow']));
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions).toEqual(expect.arrayContaining(has));
    expect(not.filter((action) => actions.includes(action))).toEqual([]);
  },
);

test('policies are of the worker unless told otherwise, and nobody is known but the three', async () => {
  expect((await print()).out).toBe((await print('--for', 'worker')).out);
  const refused = await print('--for', 'everybody');
  expect(refused.code).not.toBe(0);
  expect(refused.err).toMatch(/preflight, worker, builder/);
});
