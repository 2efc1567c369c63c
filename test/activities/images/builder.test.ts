import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { contextOf, withBuilder } from '../../../src/activities/images/builder';

const TOKEN = 'a-token-that-nobody-sees';
const REGISTRY = { host: '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com', user: 'AWS', token: TOKEN };
const folder = mkdtempSync(join(tmpdir(), 'lgtm-builder-'));
const path = process.env['PATH'];
const recorded = (name: string) => readFileSync(join(folder, name), 'utf8');

/** A builder that writes down how it was called and what login it finds, then does `then`. */
function builder(then: string): void {
  for (const name of ['buildah', 'docker']) {
    writeFileSync(
      join(folder, name),
      `#!/bin/sh
echo "$@" >>${folder}/arguments
cat >>${folder}/stdin
cp "$REGISTRY_AUTH_FILE" ${folder}/login.json
cmp "$REGISTRY_AUTH_FILE" "$DOCKER_CONFIG/config.json" && echo "$REGISTRY_AUTH_FILE" >${folder}/where
stat -c %a "$REGISTRY_AUTH_FILE" >${folder}/mode
${then}
`,
      { mode: 0o755 },
    );
  }
}

beforeEach(() => {
  process.env['PATH'] = `${folder}${delimiter}${path}`;
  for (const name of ['arguments', 'stdin', 'where']) rmSync(join(folder, name), { force: true });
});
afterEach(() => void (process.env['PATH'] = path));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['buildah', 'docker'] as const)('%s', (name) => {
  test('gets the token in a file that only we read and that is gone afterwards, never in an argument list', async () => {
    builder('exit 0');
    await withBuilder(name, REGISTRY, async (tool) => {
      await tool.build('/images/mimir', `${REGISTRY.host}/lgtm-mimir:0123`, { REGISTRY: 'docker.io' });
      await tool.push(`${REGISTRY.host}/lgtm-mimir:0123`);
    });
    const login = Buffer.from(`AWS:${TOKEN}`).toString('base64');
    expect(recorded('arguments').trim().split('\n')).toEqual([
      `build ${name === 'buildah' ? '--format docker ' : ''}--platform linux/amd64 --build-arg REGISTRY=docker.io --tag ${REGISTRY.host}/lgtm-mimir:0123 /images/mimir`,
      `push ${REGISTRY.host}/lgtm-mimir:0123`,
    ]);
    expect(recorded('arguments')).not.toMatch(new RegExp(`${TOKEN}|${login}`));
    expect(recorded('stdin')).toBe('');
    expect(JSON.parse(recorded('login.json'))).toEqual({ auths: { [REGISTRY.host]: { auth: login } } });
    expect(recorded('mode').trim()).toBe('600');
    expect(existsSync(recorded('where').trim())).toBe(false);
  });

  test('that fails is told with its last lines, and not tried again', async () => {
    builder('for line in $(seq 1 40); do echo "line $line"; done; echo "no room for blocks" >&2; exit 7');
    const failed = withBuilder(name, REGISTRY, (tool) => tool.build('/images/mimir', 'lgtm-mimir:0123', {}));
    await expect(failed).rejects.toMatchObject({
      type: 'BuildFailed',
      nonRetryable: true,
      message: expect.stringMatching(new RegExp(`^${name} could not build lgtm-mimir:0123 \\(exit 7\\):\n`)) as string,
    });
    const message = await failed.catch((error: Error) => error.message);
    expect(message).toContain('line 40');
    expect(message).toContain('no room for blocks');
    expect(message).not.toContain('line 5\n');
    expect(existsSync(recorded('where').trim())).toBe(false);
  });
});

test('a build that pushes nothing has the logins of its host', async () => {
  writeFileSync(join(folder, 'buildah'), `#!/bin/sh\necho "$REGISTRY_AUTH_FILE" >${folder}/where\n`, { mode: 0o755 });
  process.env['REGISTRY_AUTH_FILE'] = '/home/operator/auth.json';
  await withBuilder('buildah', undefined, (tool) => tool.build('/images/mimir', 'lgtm-mimir:0123', {}));
  delete process.env['REGISTRY_AUTH_FILE'];
  expect(recorded('where').trim()).toBe('/home/operator/auth.json');
});

test('a builder that is not installed is named, with the way out', async () => {
  process.env['PATH'] = '/nowhere';
  await expect(withBuilder('buildah', undefined, (tool) => tool.push('lgtm-mimir:0123'))).rejects.toMatchObject({
    type: 'NoBuilder',
    message: expect.stringContaining('install it on the build host, or set images.builder') as string,
  });
});

test('a folder without a Dockerfile is named, with the way out', () => {
  expect(() => contextOf({ service: 'mimir', context: folder })).toThrow(
    `there is no ${join(folder, 'mimir/Dockerfile')} on this build host; set images.context`,
  );
  expect(statSync(contextOf({ service: 'mimir', context: join(__dirname, '../../../dockerfiles') })).isDirectory()).toBe(
    true,
  );
});
