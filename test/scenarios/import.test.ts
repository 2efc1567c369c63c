import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { missing } from '../../lab/images';
import { withLab } from './lab';

const FOLDER = join(__dirname, '../../examples/LGTM_PRD');

// without a builder the images come from elsewhere, and the rest is the same
const builds = missing() === undefined;

test('the example folder is imported, its images are built, and the plan that comes out is migrated to its end', async () => {
  const environment = { GF_DATABASE_PASSWORD: 'horse-staple', GF_SECURITY_SECRET_KEY: 'lab-secret-key' };
  await withLab({ environment, images: builds }, async (operator) => {
    const { lab } = operator;
    const world = (await operator.emulator('GET', '/world')) as {
      instanceIds: string[];
      hostedZoneId: string;
      certificateArn: string;
      composeDirectory: string;
    };
    const plan = join(lab.folder, 'imported.yaml');
    const imported = await operator.cli(
      'import',
      FOLDER,
      '-o',
      plan,
      '--report',
      join(lab.folder, 'report.md'),
      '--name',
      'lgtm-prd',
      '--domain',
      'example.com',
      '--hosted-zone',
      world.hostedZoneId,
      '--certificate',
      world.certificateArn,
      '--instance',
      ...world.instanceIds,
      '--compose-directory',
      world.composeDirectory,
    );
    expect(imported).toMatchObject({ code: 0, out: expect.stringContaining('6 of 6 services, 0 fail') as string });

    // of the lab's own plan only what makes it quick and unattended
    const { analysis, decommission, images } = parse(await readFile(lab.plan, 'utf8')) as Record<string, unknown>;
    await writeFile(
      plan,
      stringify({
        ...(parse(await readFile(plan, 'utf8')) as object),
        analysis,
        decommission,
        ...(builds ? { images } : {}),
      }),
    );
    if (builds)
      expect(await operator.cli('images', 'build', '-f', plan)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^(built +lgtm-\w+:[0-9a-f]{16}\n){6}$/) as string,
      });
    const preflight = await operator.cli('preflight', '-f', plan);
    expect(preflight).toMatchObject({
      code: 0,
      out: expect.stringContaining('deployed as they run: mimir 3.2.1, loki 3.7.8') as string,
    });
    expect((await operator.cli('start', '-f', plan, '--watch', '--json')).code).toBe(0);

    if (builds)
      expect(await operator.cli('images', 'verify', '-f', plan)).toMatchObject({
        code: 0,
        out: expect.not.stringContaining('not in ECR') as string,
      });
    const { secrets, instances } = await operator.world();
    expect(secrets).toEqual(['lgtm/grafana-database-password', 'lgtm/grafana-security-secret-key']);
    expect(instances).toEqual([expect.objectContaining({ state: 'terminated' })]);
    // only their names are in the history
    const history = JSON.stringify(await operator.handle.fetchHistory(), (key, value: unknown) =>
      key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value,
    );
    expect(
      ['lgtm/grafana-database-password', ...Object.values(environment)].map((text) => history.includes(text)),
    ).toEqual([true, false, false]);
  });
});
