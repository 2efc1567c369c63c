import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { missing } from '../../lab/images';
import { useLab } from './lab';
import type { Operator } from './operator';

const FOLDER = join(__dirname, '../../examples/LGTM_PRD');
const SECRETS = {
  GF_DATABASE_PASSWORD: 'horse-staple',
  GF_SECURITY_SECRET_KEY: 'lab-secret-key',
};
const SECRET_NAMES = ['lgtm/grafana-database-password', 'lgtm/grafana-security-secret-key'];

// without a builder the images come from elsewhere, and the rest is the same
const builds = missing() === undefined;
const scenario = useLab({
  environment: SECRETS,
  images: builds,
});

/** The hosts run what the folder says: Loki had another schema before. */
async function runExample({ emulator }: Operator): Promise<void> {
  const { instanceIds } = await emulator.world();
  for (const id of instanceIds) {
    const { configs } = await emulator.get<{ configs: Record<string, string> }>(`/host?id=${id}`);
    const loki = configs['loki']!.replace(/ {2}- from: .*\n(?: {4}.*\n)+/, (period) => {
      const before = period.replace('schema: v13', 'schema: v12');
      return before + period.replace('2024-01-01', '2024-10-01');
    });
    await emulator.post('/host', {
      id,
      configs: {
        ...configs,
        loki,
      },
    });
  }
}

/** @returns the plan that comes out of the example folder */
async function importFolder(operator: Operator): Promise<string> {
  const { folder } = operator.lab;
  const world = await operator.emulator.world();
  // beside it come its images, which the lab has a folder of that name for
  await mkdir(join(folder, 'imported'));
  const plan = join(folder, 'imported', 'migration.yaml');
  const written = ['-o', plan, '--report', join(folder, 'report.md')];
  const named = ['--name', 'lgtm-prd', '--domain', 'example.com'];
  const account = ['--hosted-zone', world.hostedZoneId, '--certificate', world.certificateArn];
  const hosts = ['--instance', ...world.instanceIds, '--compose-directory', world.composeDirectory];
  const { code, out } = await operator.cli('import', FOLDER, ...written, ...named, ...account, ...hosts);
  expect([code, out]).toEqual([0, expect.stringContaining('6 of 6 services, 0 fail')]);
  return plan;
}

/** Takes of the lab's own plan what makes it quick and unattended; built are the images of what was imported. */
async function hasten(plan: string, labPlan: string): Promise<void> {
  const { analysis, decommission, images } = parse(await readFile(labPlan, 'utf8')) as Record<string, object>;
  const imported = parse(await readFile(plan, 'utf8')) as Record<string, object>;
  const quick = {
    ...imported,
    analysis,
    decommission,
    ...(builds && { images: { ...images, ...imported['images'] } }),
  };
  await writeFile(plan, stringify(quick));
}

/** All that Temporal keeps of the run, decoded. */
async function historyOf({ handle }: Operator): Promise<string> {
  return JSON.stringify(await handle.fetchHistory(), (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value,
  );
}

async function expectOnlyNamesInHistory(operator: Operator): Promise<void> {
  const { secrets } = await operator.world();
  expect(Object.keys(secrets)).toEqual(SECRET_NAMES);
  const history = await historyOf(operator);
  expect(history).toContain(SECRET_NAMES[0]);
  for (const secret of Object.values(SECRETS)) expect(history).not.toContain(secret);
}

test(
  'the example folder is imported, its images are built, and the plan that comes out is migrated to its end',
  scenario({}, async (operator) => {
    await runExample(operator);
    const plan = await importFolder(operator);
    await hasten(plan, operator.lab.plan);
    if (builds) {
      const built = await operator.cli('images', 'build', '-f', plan);
      expect([built.code, built.out]).toEqual([0, expect.stringMatching(/^(built +lgtm-\w+:[0-9a-f]{16}\n){6}$/)]);
    }
    const preflight = await operator.cli('preflight', '-f', plan);
    expect(preflight.code).toBe(0);
    expect(preflight.out).toContain('deployed as they run: mimir 3.2.1, loki 3.7.8');
    expect((await operator.cli('start', '-f', plan, '--watch', '--json')).code).toBe(0);
    if (builds) {
      const verified = await operator.cli('images', 'verify', '-f', plan);
      expect([verified.code, verified.out]).toEqual([0, expect.not.stringContaining('not in ECR')]);
    }
    const { instances } = await operator.world();
    expect(instances).toEqual([expect.objectContaining({ state: 'terminated' })]);
    await expectOnlyNamesInHistory(operator);
  }),
);
