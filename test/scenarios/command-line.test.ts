import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { withLab } from './lab';

test('preflight on a host that is not reachable says every finding with its fix', async () => {
  await withLab({ plan: { records: [{ name: 'grafana.example.com', service: 'grafana', protocol: 'tcp', port: 4317 }] } }, async (operator) => {
    await operator.emulator('POST', '/workload', { silent: ['LogDelay'] });
    const { instances } = (await operator.emulator('GET', '/dump')) as { instances: unknown[] };
    expect(instances).toHaveLength(1);
    const { code, out } = await operator.cli('preflight', '-f', operator.lab.plan, '--json');
    expect(code).toBe(1);
    const { findings } = JSON.parse(out) as { findings: { check: string; level: string; fix?: string }[] };
    expect(findings.filter(({ level }) => level === 'fail').map(({ check }) => check)).toEqual(['record port']);
    expect(findings.filter(({ level, fix }) => level !== 'pass' && !fix)).toEqual([]);
    const calls = (await operator.emulator('GET', '/calls?mutating=1')) as { action: string }[];
    expect([...new Set(calls.map(({ action }) => action))]).toEqual(['SendCommand']);
  });
});

test('an unknown name, a bad plan and an interrupted watch each have their sentence and exit code', async () => {
  await withLab({}, async (operator) => {
    expect(await operator.cli('status', 'nobody')).toMatchObject({ code: 1, err: 'lgtm-migrate: there is no migration nobody; see them with temporal workflow list\n' });
    expect(await operator.cli('validate', '-f', '/nowhere.yaml')).toMatchObject({ code: 2 });
    expect(await operator.cli('frobnicate')).toMatchObject({ code: 2 });

    await operator.cli('start', '-f', operator.lab.plan);
    const watching = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '../../src/client.ts'), 'watch', 'lgtm-prd'], { env: { ...operator.lab.environment, NODE_NO_WARNINGS: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
    await new Promise((resolve) => watching.stdout.once('data', resolve));
    watching.kill('SIGINT');
    expect(await new Promise((resolve) => watching.once('exit', resolve))).toBe(130);
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
  });
});
