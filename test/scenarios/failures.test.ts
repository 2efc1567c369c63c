import { expectAsBefore } from './before';
import { withLab } from './lab';

test('throttled calls and lost replies change nothing in the result: nothing is made twice, all of it is created by this run', async () => {
  await withLab({}, async (operator) => {
    const lost = [
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
    for (const [service, action] of lost)
      await operator.emulator('POST', '/rules', { service, action, kind: '500-after', times: 1 });
    for (const service of ['ecs', 'ec2', 'route53', 'elasticloadbalancing', 'servicediscovery', 'monitoring'])
      await operator.emulator('POST', '/rules', { service, kind: 'throttle', times: 2 });
    expect((await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json')).code).toBe(0);
    const { phases } = await operator.status();
    expect(phases.find(({ phase }) => phase === 'provision')?.detail).toMatch(/\((\d+) created, 1 adopted\)/);
    const { images, repositories } = await operator.world();
    expect([Object.keys(images).length, repositories.length]).toEqual([1, 6]);
  });
});

test('a permission that is missing holds the phase with its way out, and a retry goes on where it stood', async () => {
  await withLab({}, async (operator) => {
    const before = await operator.world();
    await operator.emulator('POST', '/rules', { service: 'ecs', action: 'CreateService', kind: 'deny' });
    await operator.cli('start', '-f', operator.lab.plan);
    const { waitingFor } = await operator.until((status) => status.waitingFor?.for === 'retry');
    expect(waitingFor?.what).toBe('retry of deploy');
    expect(waitingFor?.reason).toMatch(
      /^ensureService \w+: AccessDeniedException: .*; give the worker's role this permission, then retry$/,
    );
    await operator.emulator('DELETE', '/rules');
    await operator.emulator('POST', '/rules', { service: 'route53', action: 'ChangeResourceRecordSets', kind: 'deny' });
    await operator.say('retry');
    const records = await operator.until(({ phase, waitingFor: still }) => phase === 'shift' && still?.for === 'retry');
    expect([records.weight, records.waitingFor?.reason]).toEqual([
      0,
      expect.stringMatching(/AccessDenied.*give the worker's role this permission, then retry$/),
    ]);
    await operator.emulator('DELETE', '/rules');
    await operator.say('retry');
    await operator.until(({ weight }) => weight === 10);
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
    await expectAsBefore(operator, before);
  });
});

test('a slow service is scaled out once before anything goes back', async () => {
  await withLab({}, async (operator) => {
    await operator.emulator('POST', '/workload', { latency: 5, side: 'ecs', whenWeight: 10 });
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ events }) => events.some(({ text }) => text === 'grafana scaled out to 2'));
    await operator.emulator('DELETE', '/workload');
    await operator.until(({ weight }) => weight === 50);
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
  });
});
