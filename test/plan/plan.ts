import { parsePlan } from '../../src/plan/loader';

const SHORT = `name: lgtm-prd
account: "123456789012"
domain: example.com
hostedZone: Z0123456789ABC
certificate: arn:aws:acm:ap-northeast-2:123456789012:certificate/1
source: { instances: [i-0123456789abcdef0], composeDirectory: /opt/lgtm }
`;

/** A short plan with something more in it. */
export const planWith = (more = '') => parsePlan(SHORT + more, 'migration.yaml');
