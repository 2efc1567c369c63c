import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLE, makeFolder } from '../folder';
import { importFolder } from '../results';

const { images } = importFolder(EXAMPLE);

/** What the entrypoint of an imported image gives its program: its flags, then its environment. */
function start(component: string, duties: string): string[] {
  const { files } = images.find(({ name }) => name === component)!;
  const read = (path: string) => files.find((file) => file.path === path)!.content;
  const switches = join(makeFolder(), 'switches.sh');
  writeFileSync(switches, read('switches.sh'));
  const script = read('entrypoint.sh').replace('. /switches.sh', `. ${switches}`);
  const program = ['sh', '-c', 'printf "%s\\n" "$@"; env', 'program', '-given=1'];
  const { stdout, status } = spawnSync('sh', ['-c', script, 'entrypoint', ...program], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      REGION: 'eu-west-1',
      S3_BUCKET: 'bucket',
      DOMAIN: 'lgtm.local',
      TASK_IP: '10.0.0.1',
      COMPACTOR: duties,
      RULER: duties,
    },
  });
  expect(status).toBe(0);
  return stdout.split('\n');
}

test('Loki neither compacts nor evaluates while its duties are off, by flags that overrule the file', () => {
  const lines = start('loki', 'off');
  expect(lines.slice(0, 4)).toEqual([
    '-given=1',
    '-compactor.compaction-interval=87600h',
    '-compactor.retention-enabled=false',
    '-ruler.enabled-tenants=ruler-is-off',
  ]);
});

test('Loki does as its configuration says once its duties are on', () => {
  expect(start('loki', 'on').filter((line) => line.startsWith('-'))).toEqual(['-given=1']);
});

test.each(['mimir', 'pyroscope'])('%s leaves the compactor out of its target while its duty is off', (component) => {
  const target = (duties: string) => start(component, duties).find((line) => line.startsWith('LGTM_TARGET='));
  expect(target('off')).not.toMatch(/compactor|ruler|all/);
  expect(target('on')).toBe('LGTM_TARGET=all');
});

test('Tempo does not compact while its duty is off', () => {
  expect(start('tempo', 'off')).toContain('LGTM_COMPACTOR_OFF=true');
  expect(start('tempo', 'on')).toContain('LGTM_COMPACTOR_OFF=false');
});
