import { parsePlan, PlanError } from '../../src/plan/loader';

/** The least that a plan file says, seven lines. */
export const SHORT = `name: lgtm-prd
domain: example.com
hostedZone: Z0123456789ABC
certificate: arn:aws:acm:ap-northeast-2:123456789012:certificate/1
source:
  instances: [i-0123456789abcdef0]
  composeDirectory: /opt/lgtm
`;

const ACCOUNT = 'account: "123456789012"\n';

/** A short plan with something more in it. */
export function planWith(more = '') {
  return parsePlan(`${SHORT}${ACCOUNT}${more}`, 'migration.yaml');
}

/** What is wrong with a plan file's text, a line each. */
export function listProblems(text: string): string[] {
  try {
    parsePlan(text, 'migration.yaml');
  } catch (error) {
    if (error instanceof PlanError) return error.problems;
    throw error;
  }
  return [];
}
