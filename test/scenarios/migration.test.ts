import { temporalPath } from '../../lab/tools';
import { withLab } from './lab';

const APPROVALS = { shift: { approval: true }, decommission: { approveStop: true, approveTerminate: true } };

test('the default plan, approved at every turn, ends completed and leaves the world as the plan document says', async () => {
  await withLab({ plan: APPROVALS }, async (operator) => {
    const before = await operator.world();
    const started = await operator.cli('start', '-f', operator.lab.plan, '--json');
    expect(started).toMatchObject({ code: 0 });
    for (const approval of ['10 → 50 %', '50 → 100 %', 'stop i-', 'terminate i-']) {
      await operator.until(({ waitingFor }) => waitingFor?.for === 'approval' && waitingFor.what.includes(approval));
      await operator.handle.signal('approve', { by: 'kim', reason: approval });
      await operator.until(({ decisions }) => decisions.some(({ reason }) => reason === approval));
    }
    const ended = await operator.cli('watch', 'lgtm-prd', '--json');
    expect(ended.code).toBe(0);

    const after = await operator.world();
    expect(after.repositories).toEqual(
      ['alloy', 'grafana', 'loki', 'mimir', 'pyroscope', 'tempo'].map((name) => `lgtm-${name}`),
    );
    const counts = Object.fromEntries(Object.entries(after.services).map(([name, { running }]) => [name, running]));
    expect(counts).toEqual({ mimir: 3, loki: 2, tempo: 1, pyroscope: 1, grafana: 1, alloy: 1 });
    expect(after).toMatchObject({
      clusters: { 'lgtm-cluster': 'ACTIVE' },
      namespaces: ['lgtm.local'],
      loadBalancers: ['lgtm-alb'],
      secrets: ['lgtm/grafana-secret-key', 'lgtm/s3-credentials'],
      targetGroups: ['lgtm-grafana-tg', 'lgtm-loki-tg', 'lgtm-mimir-tg', 'lgtm-tempo-tg'],
      securityGroups: ['lgtm-alb-sg', 'lgtm-ecs-sg'],
      discovery: { mimir: 3, loki: 2, tempo: 1, pyroscope: 1, grafana: 1, alloy: 1 },
      instances: [{ state: 'terminated' }],
    });
    expect(after.records['grafana.example.com A']?.alias?.[1]).toMatch(/^lgtm-alb.*elb\.amazonaws\.com$/);
    const balancer = after.records['grafana.example.com A']!.alias![1];
    const reaches = async (query: string) =>
      ((await operator.emulator('GET', `/route?balancer=${balancer}&${query}`)) as { targetGroup: string }).targetGroup;
    // Mimir has no authentication: pushes and queries only, and only from the VPC
    expect(
      await Promise.all(
        [
          'host=grafana.example.com',
          'host=mimir.example.com&path=/api/v1/push',
          'host=mimir.example.com&path=/api/v1/push&source=10.0.2.7',
          'host=mimir.example.com&path=/ingester/shutdown&source=10.0.2.7',
          'host=nobody.example.com',
        ].map(reaches),
      ),
    ).toEqual(['lgtm-grafana-tg', 'fixed-503', 'lgtm-mimir-tg', 'fixed-503', 'fixed-503']);
    expect(after.records['ec2-instance.example.com A']?.values).toEqual(
      before.records['ec2-instance.example.com A']?.values,
    );
    expect(Object.entries(after.images)).toEqual([[expect.stringMatching(/^lgtm-ec2-backup-\d{8}$/), 'available']]);
    const { events } = await operator.handle.fetchHistory();
    expect(events!.length).toBeLessThan(1500);
  });
});

test('what somebody made by hand is adopted, and a simple A record moves too', async () => {
  await withLab({ world: 'adopted', record: 'a' }, async (operator) => {
    const run = await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json');
    expect(run.code).toBe(0);
    const status = await operator.status();
    expect(status.phases.find(({ phase }) => phase === 'provision')?.detail).toMatch(
      /\(\d+ created, (2[0-9]|3[0-9]) adopted\)/,
    );
    expect((await operator.world()).records['grafana.example.com A']?.alias).toBeTruthy();
  });
});

test('without images the deploy holds and names them, goes on after a retry, and a second start is refused', async () => {
  await withLab({ world: 'bare' }, async (operator) => {
    await operator.cli('start', '-f', operator.lab.plan);
    const held = await operator.until(({ waitingFor }) => waitingFor?.for === 'retry');
    expect(held.waitingFor?.reason).toContain('no image in lgtm-mimir, lgtm-loki');
    const second = await operator.cli('start', '-f', operator.lab.plan);
    expect(second).toMatchObject({
      code: 1,
      err: expect.stringContaining(`is being migrated already: run ${held.runId}`) as string,
    });
    await operator.emulator('POST', '/ecr', { on: true });
    await operator.cli('retry', 'lgtm-prd', '--reason', 'pushed');
    await operator.until(({ phase }) => phase === 'shift');
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
  });
});

test('a worker that is killed in deploy and a Temporal server that is killed in shift change nothing in the result', async () => {
  await withLab({}, async (operator) => {
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ phase }) => phase === 'deploy');
    await operator.lab.stopPart('worker', 'SIGKILL');
    await operator.lab.startWorker();
    await operator.until(({ weight }) => weight === 10);
    await operator.lab.stopPart('temporal', 'SIGKILL');
    await operator.lab.startTemporal(temporalPath());
    expect((await operator.cli('watch', 'lgtm-prd', '--json')).code).toBe(0);
    const { services, instances } = await operator.world();
    expect(Object.values(services).map(({ desired, running }) => desired === running && running > 0)).toEqual(
      Array<boolean>(6).fill(true),
    );
    expect(instances).toMatchObject([{ state: 'terminated' }]);
  });
});
