import { ABORT, trySecrets } from '../chaos/secrets/trials';
import { expectAsBefore } from './before';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

/** Effects of which the first reply is lost. */
const LOST = [
  ['ecr', 'CreateRepository'],
  ['iam', 'CreateRole'],
  ['ecs', 'CreateCluster'],
  ['ecs', 'CreateService'],
  ['ecs', 'RegisterTaskDefinition'],
  ['elasticloadbalancing', 'CreateTargetGroup'],
  ['ec2', 'CreateSecurityGroup'],
  ['route53', 'ChangeResourceRecordSets'],
  ['ec2', 'CreateImage'],
  ['ssm', 'SendCommand'],
  ['logs', 'CreateLogGroup'],
];
const THROTTLED = ['ecs', 'ec2', 'route53', 'elasticloadbalancing', 'servicediscovery', 'monitoring'];

test(
  'throttled calls and lost replies change nothing in the result, and nothing is made twice',
  scenario({}, async (operator) => {
    for (const [service, action] of LOST)
      await operator.emulator.post('/rules', {
        service,
        action,
        kind: '500-after',
        times: 1,
      });
    for (const service of THROTTLED)
      await operator.emulator.post('/rules', {
        service,
        kind: 'throttle',
        times: 2,
      });
    const { code } = await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json');
    expect(code).toBe(0);
    const { phases } = await operator.status();
    const provision = phases.find(({ phase }) => phase === 'provision');
    expect(provision?.detail).toMatch(/\((\d+) created, 1 adopted\)/);
    const { images, repositories } = await operator.world();
    expect([Object.keys(images).length, Object.keys(repositories).length]).toEqual([1, 6]);
  }),
);

function deny(operator: Operator, service: string, action: string): Promise<unknown> {
  return operator.emulator.post('/rules', {
    service,
    action,
    kind: 'deny',
  });
}

test(
  'a permission that is missing holds the phase with its way out, and a retry goes on where it stood',
  scenario({ plan: { shift: { approval: true } } }, async (operator) => {
    const before = await operator.world();
    await deny(operator, 'ecs', 'CreateService');
    await operator.start();
    const deploy = await operator.untilWaitsFor('retry', 'deploy');
    expect(deploy.waitingFor?.reason).toMatch(
      /^ensureService \w+: AccessDeniedException: .*"Action":"ecs:CreateService".* to the worker's role, then retry$/,
    );
    await operator.emulator.delete('/rules');
    await deny(operator, 'route53', 'ChangeResourceRecordSets');
    await operator.say('retry');
    const records = await operator.untilWaitsFor('retry', 'record');
    expect([records.phase, records.weight]).toEqual(['shift', 0]);
    expect(records.waitingFor?.reason).toMatch(
      /AccessDenied.*"Action":"route53:ChangeResourceRecordSets".*, then retry$/,
    );
    await operator.emulator.delete('/rules');
    await operator.say('retry');
    await operator.untilWaitsFor('approval', '10 → 50 %');
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
    await expectAsBefore(operator, before);
  }),
);

test(
  'what AWS refuses with the request itself tells no secret, and none of the hosts is told anywhere',
  scenario({ plan: ABORT.plan }, async (operator) => {
    expect(await trySecrets(operator, ABORT)).toEqual([]);
  }),
);
