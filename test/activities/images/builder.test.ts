import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { DOCKERFILES } from '../../../lab/services';
import { contextOf, withBuilder } from '../../../src/activities/images/builder';

const TOKEN = 'a-token-that-nobody-sees';
const REGISTRY = {
  host: '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com',
  user: 'AWS',
  token: TOKEN,
};
const IMAGE = `${REGISTRY.host}/lgtm-mimir:0123`;
const CONTEXT = '/images/mimir';
const LOGIN = Buffer.from(`AWS:${TOKEN}`).toString('base64');
const folder = mkdtempSync(join(tmpdir(), 'lgtm-builder-'));
const path = process.env['PATH'];

/** Writes down how it was called and what login it finds. */
const RECORDER = `#!/bin/sh
echo "$@" >>${folder}/arguments
cat >>${folder}/stdin
cp "$REGISTRY_AUTH_FILE" ${folder}/login.json
cmp "$REGISTRY_AUTH_FILE" "$DOCKER_CONFIG/config.json" && echo "$REGISTRY_AUTH_FILE" >${folder}/where
stat -c %a "$REGISTRY_AUTH_FILE" >${folder}/mode
`;

/** Prints more than an error tells, and fails. */
const FAILURE = `
for line in $(seq 1 40); do echo "line $line"; done
echo "no room for blocks" >&2
exit 7`;

/** Makes both builders recorders that do `action` then. */
function installBuilders(action: string): void {
  for (const name of ['buildah', 'docker']) {
    writeFileSync(join(folder, name), `${RECORDER}${action}\n`, { mode: 0o755 });
  }
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8').trim();
}

beforeEach(() => {
  process.env['PATH'] = `${folder}${delimiter}${path}`;
  for (const name of ['arguments', 'stdin', 'where']) {
    rmSync(join(folder, name), { force: true });
  }
});
afterEach(() => void (process.env['PATH'] = path));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['buildah', 'docker'] as const)('%s', (name) => {
  const format = name === 'buildah' ? '--format docker ' : '';

  test('builds for Fargate with the build arguments, and pushes', async () => {
    installBuilders('exit 0');
    await withBuilder(name, REGISTRY, async (tool) => {
      await tool.build(CONTEXT, IMAGE, { REGISTRY: 'docker.io' });
      await tool.push(IMAGE);
    });
    const options = `${format}--platform linux/amd64 --build-arg REGISTRY=docker.io`;
    expect(read('arguments').split('\n')).toEqual([`build ${options} --tag ${IMAGE} ${CONTEXT}`, `push ${IMAGE}`]);
  });

  test('gets the token in a file of ours that is gone afterwards, never in an argument list', async () => {
    installBuilders('exit 0');
    await withBuilder(name, REGISTRY, (tool) => tool.push(IMAGE));
    expect(read('arguments')).not.toContain(TOKEN);
    expect(read('arguments')).not.toContain(LOGIN);
    expect(read('stdin')).toBe('');
    const login = JSON.parse(read('login.json')) as unknown;
    expect(login).toEqual({ auths: { [REGISTRY.host]: { auth: LOGIN } } });
    expect(read('mode')).toBe('600');
    expect(existsSync(read('where'))).toBe(false);
  });

  test('that fails is told with its last lines, and not tried again', async () => {
    installBuilders(FAILURE);
    const building = withBuilder(name, REGISTRY, (tool) => tool.build(CONTEXT, IMAGE, {}));
    await expect(building).rejects.toMatchObject({ type: 'BuildFailed', nonRetryable: true });
    const message = await building.catch((error: Error) => error.message);
    expect(message).toContain(`${name} could not build ${IMAGE} (exit 7):\n`);
    expect(message).toContain('line 40');
    expect(message).toContain('no room for blocks');
    expect(message).not.toContain('line 5\n');
    expect(existsSync(read('where'))).toBe(false);
  });
});

test('a build that pushes nothing has the logins of its host', async () => {
  const script = `#!/bin/sh\necho "$REGISTRY_AUTH_FILE" >${folder}/where\n`;
  writeFileSync(join(folder, 'buildah'), script, { mode: 0o755 });
  process.env['REGISTRY_AUTH_FILE'] = '/home/operator/auth.json';
  await withBuilder('buildah', undefined, (tool) => tool.build(CONTEXT, IMAGE, {}));
  delete process.env['REGISTRY_AUTH_FILE'];
  expect(read('where')).toBe('/home/operator/auth.json');
});

test('a builder that is not installed is named, with the way out', async () => {
  process.env['PATH'] = '/nowhere';
  const pushing = withBuilder('buildah', undefined, (tool) => tool.push(IMAGE));
  await expect(pushing).rejects.toMatchObject({
    type: 'NoBuilder',
    message: expect.stringContaining('install it on the build host, or set images.builder') as string,
  });
});

test('a folder without a Dockerfile is named, with the way out', () => {
  const dockerfile = join(folder, 'mimir/Dockerfile');
  expect(() => contextOf({ service: 'mimir', context: folder })).toThrow(
    `there is no ${dockerfile} on this build host; set images.context`,
  );
  const context = contextOf({ service: 'mimir', context: DOCKERFILES });
  expect(statSync(context).isDirectory()).toBe(true);
});
