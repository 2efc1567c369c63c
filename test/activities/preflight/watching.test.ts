import { execFileSync } from 'node:child_process';
import { WATCHING_FILTER } from '../../../src/activities/preflight/watching';
import { ofCheck, startWorld, type PreflightWorld } from './world';

let world: PreflightWorld;

beforeAll(async () => {
  world = await startWorld('ready');
});
afterAll(() => world.emulator.stop());

const RULES = {
  'host is gone': 'up{job="node"} == 0',
  'nobody scrapes': 'sum(up) < 1',
  'no "logs"': 'absent_over_time({app="shop"}[5m])',
  slow: 'rate(http_seconds_sum[5m]) > 1',
  'by its label': 'rate(jobs{state="up"}[5m]) == 0',
  'by its name': 'startup_seconds > 60 or node_up_time < 5',
};

test('of what a ruler answers only the names of rules leave the host that look whether something is there', () => {
  const rules = Object.entries(RULES).map(([name, query]) => ({
    state: 'inactive',
    name,
    query,
    duration: 60,
  }));
  const input = JSON.stringify({ data: { groups: [{ name: 'up', rules }] } });
  const output = execFileSync('sh', ['-c', WATCHING_FILTER], {
    input,
    encoding: 'utf8',
  });
  expect(output.trim().split('\n')).toEqual(['host is gone', String.raw`no \"logs\"`, 'nobody scrapes']);
});

test('rules of the hosts that fire at the stop are told, for each ruler', async () => {
  const find = async () => ofCheck(await world.preflight(), 'mimir/watches');
  expect(await find()).toEqual([]);
  await world.emulator.post('/stores', { rules: { mimir: RULES } });
  expect(await find()).toMatchObject([
    {
      level: 'warn',
      message: expect.stringContaining('something is up or absent (host is gone, ') as string,
    },
  ]);
});
