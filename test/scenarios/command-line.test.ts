import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { withLab } from './lab';

test('preflight on a host that SSM does not see says every finding with its fix, and changes nothing', async () => {
  await withLab(
    { plan: { records: [{ name: 'grafana.example.com', service: 'grafana', protocol: 'tcp', port: 4317 }] } },
    async (operator) => {
      await operator.emulator('POST', '/settings', { ssm_agents: 0 });
      const { code, out } = await operator.cli('preflight', '-f', operator.lab.plan, '--json');
      expect(code).toBe(1);
      const { findings } = JSON.parse(out) as { findings: { check: string; level: string; fix?: string }[] };
      expect(
        findings
          .filter(({ level }) => level === 'fail')
          .map(({ check }) => check)
          .sort(),
      ).toEqual(['record port', 'ssm']);
      expect(findings.filter(({ level, fix }) => level !== 'pass' && !fix)).toEqual([]);
      const calls = (await operator.emulator('GET', '/calls?mutating=1')) as { action: string }[];
      expect([...new Set(calls.map(({ action }) => action))]).toEqual(['SendCommand']);
    },
  );
});

test('an unknown name, a bad plan, an interrupted watch and a run that somebody terminated each have their sentence and exit code', async () => {
  await withLab({}, async (operator) => {
    expect(await operator.cli('status', 'nobody')).toMatchObject({
      code: 1,
      err: 'lgtm-migrate: there is no migration nobody; see them with temporal workflow list\n',
    });
    expect(await operator.cli('validate', '-f', '/nowhere.yaml')).toMatchObject({ code: 2 });
    expect(await operator.cli('frobnicate')).toMatchObject({ code: 2 });

    await operator.cli('start', '-f', operator.lab.plan);
    const watching = spawn(
      process.execPath,
      ['--import', 'tsx', join(__dirname, '../../src/client.ts'), 'watch', 'lgtm-prd'],
      { env: { ...operator.lab.environment, NODE_NO_WARNINGS: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    await new Promise((resolve) => watching.stdout.once('data', resolve));
    watching.kill('SIGINT');
    expect(await new Promise((resolve) => watching.once('exit', resolve))).toBe(130);

    await operator.until(({ weight }) => weight === 10);
    const again = operator.cli('watch', 'lgtm-prd', '--json');
    await operator.handle.terminate('by hand');
    const sentence =
      /run \S+ of lgtm-prd is TERMINATED since \S+: it took nothing back, and \d+ undos are lost with it; .* start it again, it adopts what is there\n$/;
    const ended = await again;
    expect(ended).toMatchObject({ code: 1, err: expect.stringMatching(sentence) as string });
    expect(JSON.parse(ended.out)).toMatchObject({ outcome: null, weight: 10 });
    expect(await operator.cli('status', 'lgtm-prd')).toMatchObject({
      code: 1,
      out: expect.stringContaining('shift') as string,
      err: expect.stringMatching(sentence) as string,
    });
    expect(await operator.cli('abort', 'lgtm-prd')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(sentence) as string,
    });
  });
});

test('without a worker a word and a status say so and do not hang, a watch goes on until the next worker is there', async () => {
  await withLab({ plan: { shift: { approval: true } } }, async (operator) => {
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ waitingFor }) => waitingFor?.for === 'approval');
    const watching = operator.run('watch', 'lgtm-prd');
    await operator.until(() => watching.ran.out !== '');
    await operator.lab.stopPart('worker', 'SIGKILL');
    const sentence =
      'lgtm-migrate: no worker answers on task queue lgtm-migrate; start one with lgtm-migrate worker (or set TEMPORAL_TASK_QUEUE): the migration stands still and loses nothing\n';
    expect(
      await Promise.all([operator.cli('approve', 'lgtm-prd'), operator.cli('status', 'lgtm-prd', '--json')]),
    ).toEqual([
      { code: 1, out: '', err: sentence },
      { code: 1, out: '', err: sentence },
    ]);
    await operator.lab.startWorker();
    await operator.until(() => true);
    await operator.say('abort');
    expect(await watching.ended).toMatchObject({
      code: 3,
      err: expect.stringContaining('the migration stands still and loses nothing; still watching') as string,
      out: expect.stringContaining('ended rolled-back') as string,
    });
    process.env['TEMPORAL_NAMESPACE'] = 'nowhere';
    try {
      for (const words of [
        ['status', 'lgtm-prd'],
        ['start', '-f', operator.lab.plan],
      ]) {
        expect(await operator.cli(...words)).toMatchObject({
          code: 1,
          err: 'lgtm-migrate: there is no namespace nowhere; set TEMPORAL_NAMESPACE, or make it: temporal operator namespace create --namespace nowhere\n',
        });
      }
    } finally {
      delete process.env['TEMPORAL_NAMESPACE'];
    }
  });
});
