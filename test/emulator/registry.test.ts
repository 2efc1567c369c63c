import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { until } from '../../lab/until';
import { startEmulator, type OwnEmulator } from '../activities/emulator';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const digestOf = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const there = spawnSync('docker-registry', ['--version']).status === 0;
const skipped = there ? '' : '; skipped: no docker-registry on PATH (Debian: apt-get install docker-registry)';
const describeIfThere = there ? describe : describe.skip;

describeIfThere(`the emulated ECR as a registry${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'lgtm-registry-'));
  let emulator: OwnEmulator;
  let ecr: ECRClient;
  let [registry, authorization] = ['', ''];

  beforeAll(async () => {
    emulator = await startEmulator('--world', 'empty', '--registry', folder);
    ecr = new ECRClient({
      endpoint: emulator.url,
      region: 'ap-northeast-2',
      credentials: {
        accessKeyId: 'a',
        secretAccessKey: 'b',
      },
    });
    const { authorizationToken, proxyEndpoint } = (await ecr.send(new GetAuthorizationTokenCommand({})))
      .authorizationData![0]!;
    [registry, authorization] = [proxyEndpoint!, `Basic ${authorizationToken}`];
  });

  afterAll(async () => {
    await emulator.stop('SIGKILL');
    rmSync(folder, {
      recursive: true,
      force: true,
    });
  });

  const call = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, registry), {
      method,
      ...(body === undefined ? {} : { body }),
      headers: { authorization, ...headers },
    });

  /** Pushes as a client does: a configuration, then the manifest that names it. */
  async function push(
    repository: string,
    tag: string,
    config: string,
  ): Promise<{
    status: number;
    said: string;
    digest: string;
  }> {
    const begun = await call('POST', `/v2/${repository}/blobs/uploads/`);
    if (!begun.ok)
      return {
        status: begun.status,
        said: await begun.text(),
        digest: '',
      };
    const at = new URL(begun.headers.get('location')!, registry);
    at.searchParams.set('digest', digestOf(config));
    await call('PUT', at.href, config, { 'content-type': 'application/octet-stream' });
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: digestOf(config),
      },
      layers: [],
    });
    const put = await call('PUT', `/v2/${repository}/manifests/${tag}`, manifest, { 'content-type': MANIFEST });
    return {
      status: put.status,
      said: await put.text(),
      digest: digestOf(manifest),
    };
  }

  test('hands out a token and knows nobody without it', async () => {
    expect((await call('GET', '/v2/')).status).toBe(200);
    for (const other of ['', `Basic ${Buffer.from('AWS:another').toString('base64')}`]) {
      const answer = await call('GET', '/v2/', undefined, { authorization: other });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="ecr"']);
    }
  });

  test('records a push by its real digest, scans it, and says what the scan is told to have found', async () => {
    const { repository } = await ecr.send(
      new CreateRepositoryCommand({
        repositoryName: 'lgtm-mimir',
        imageScanningConfiguration: { scanOnPush: true },
      }),
    );
    expect(repository!.repositoryUri).toBe(`${new URL(registry).host}/lgtm-mimir`);
    const { status, digest } = await push('lgtm-mimir', 'one', '{"os":"linux"}');
    expect(status).toBe(201);
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({
        repositoryName: 'lgtm-mimir',
        imageIds: [{ imageTag: 'one' }],
      }),
    );
    expect(imageDetails![0]!.imageDigest).toBe(digest);
    await emulator.post('/ecr', { findings: { 'lgtm-mimir': { CRITICAL: 3 } } });
    const { imageScanStatus, imageScanFindings } = await ecr.send(
      new DescribeImageScanFindingsCommand({
        repositoryName: 'lgtm-mimir',
        imageId: { imageDigest: digest },
      }),
    );
    expect([imageScanStatus!.status, imageScanFindings!.findingSeverityCounts]).toEqual(['COMPLETE', { CRITICAL: 3 }]);
  });

  test('lets a tag be pushed again only where tags are mutable', async () => {
    for (const [repositoryName, imageTagMutability] of [
      ['fixed', 'IMMUTABLE'],
      ['moving', 'MUTABLE'],
    ] as const)
      await ecr.send(
        new CreateRepositoryCommand({
          repositoryName,
          imageTagMutability,
        }),
      );
    const first = await push('fixed', 'one', '{"os":"linux"}');
    expect(await push('fixed', 'one', '{"os":"other"}')).toMatchObject({
      status: 400,
      said: expect.stringContaining('cannot be overwritten because the tag is immutable') as string,
    });
    expect(
      (await call('HEAD', '/v2/fixed/manifests/one', undefined, { accept: MANIFEST })).headers.get(
        'docker-content-digest',
      ),
    ).toBe(first.digest);
    expect((await push('fixed', 'two', '{"os":"other"}')).status).toBe(201);
    await push('moving', 'one', '{"os":"linux"}');
    const second = await push('moving', 'one', '{"os":"other"}');
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({
        repositoryName: 'moving',
        imageIds: [{ imageTag: 'one' }],
      }),
    );
    expect([second.status, imageDetails![0]!.imageDigest]).toEqual([201, second.digest]);
  });

  test('takes no push into a repository that nobody has made', async () => {
    expect(await push('nobodys', 'one', '{}')).toMatchObject({
      status: 404,
      said: expect.stringContaining("The repository with name 'nobodys' does not exist") as string,
    });
  });

  test('is empty in a new world, behind the same door', async () => {
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'lgtm-loki' }));
    const { digest } = await push('lgtm-loki', 'one', '{"os":"linux"}');
    const manifest = () => call('GET', `/v2/lgtm-loki/manifests/${digest}`, undefined, { accept: MANIFEST });
    expect((await manifest()).status).toBe(200);
    await emulator.post('/reset', { world: 'empty' });
    expect(await push('lgtm-loki', 'one', '{"os":"linux"}')).toMatchObject({ status: 404 });
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'lgtm-loki' }));
    expect((await manifest()).status).toBe(404);
    expect((await push('lgtm-loki', 'one', '{"os":"linux"}')).status).toBe(201);
  });

  test('ends with an emulator that is killed', async () => {
    const port = Number(/listening on 127\.0\.0\.1:(\d+)/.exec(readFileSync(join(folder, 'registry.log'), 'utf8'))![1]);
    const listens = () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true))).on('error', () =>
          resolve(false),
        );
      });
    expect(await listens()).toBe(true);
    await emulator.stop('SIGKILL');
    await until('the end of the registry', async () => !(await listens()));
  });
});
