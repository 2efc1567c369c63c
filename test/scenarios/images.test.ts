import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DOCKERFILES, SERVICES } from '../../lab/bases';
import { missing } from '../../lab/images';
import { withLab, type Operator } from './lab';

interface Line {
  service: string;
  repository: string;
  tag: string;
  image?: string;
  state: string;
}

const reason = missing();
const name =
  'six images are built, pushed and deployed by digest; a build that fails holds with its last lines, a CRITICAL finding holds until it is approved';

/** The image in the task definition that each service of the cluster runs. */
async function deployed({ lab }: Operator): Promise<Record<string, string>> {
  const ecs = new ECSClient({
    endpoint: lab.aws,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
  });
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: 'lgtm-cluster', services: [...SERVICES] }),
  );
  return Object.fromEntries(
    await Promise.all(
      services.map(async ({ serviceName, taskDefinition }) => {
        const { taskDefinition: definition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
        return [serviceName!, definition!.containerDefinitions![0]!.image!] as const;
      }),
    ),
  );
}

const verbOf = async (operator: Operator, verb: 'push' | 'verify') => {
  const { code, out, err } = await operator.cli('images', verb, '-f', operator.lab.plan, '--json');
  if (!out) throw new Error(err);
  return { code, lines: JSON.parse(out) as Line[] };
};

if (reason) {
  test.skip(`${name}; skipped: ${reason}`, () => undefined);
} else {
  test(name, async () => {
    await withLab({ images: true }, async (operator) => {
      const context = join(operator.lab.folder, 'dockerfiles');
      cpSync(DOCKERFILES, context, { recursive: true });
      const dockerfile = join(context, 'mimir/Dockerfile');
      const good = readFileSync(dockerfile, 'utf8');
      writeFileSync(
        dockerfile,
        good.replace('RUN mkdir -p /image/data', 'RUN mkdir -p /image/data && echo "no room for blocks" && exit 3'),
      );
      await operator.plan({ images: { context } });
      await operator.emulator('POST', '/ecr', {
        findings: { 'lgtm-loki': { CRITICAL: 2 }, 'lgtm-tempo': { HIGH: 9 } },
      });

      await operator.cli('start', '-f', operator.lab.plan);
      const failed = await operator.until(({ waitingFor }) => waitingFor?.for === 'retry');
      expect(failed.waitingFor?.what).toBe('retry of images');
      expect(failed.waitingFor?.reason).toMatch(
        /^buildah could not build \S+\/lgtm-mimir:[0-9a-f]{16} \(exit \d+\):\n[\s\S]*no room for blocks\n[\s\S]*exit status 3/,
      );

      writeFileSync(dockerfile, good);
      await operator.say('retry');
      const found = await operator.until(({ waitingFor }) => waitingFor?.for === 'approval');
      expect(found.waitingFor).toMatchObject({
        what: 'approval: deploy with 2 CRITICAL in lgtm-loki',
        reason: expect.stringContaining('the plan bears HIGH at most') as string,
      });
      // the five that were pushed while mimir's failed are not built again
      expect(found.events.filter(({ text }) => /^lgtm-.* unchanged$/.test(text))).toHaveLength(SERVICES.length - 1);
      await operator.say('approve');

      await operator.until(({ phases }) => phases.find(({ phase }) => phase === 'deploy')?.state === 'done');
      const verified = await verbOf(operator, 'verify');
      expect(verified.code).toBe(0);
      expect(verified.lines.map(({ state }) => state)).toEqual(SERVICES.map(() => 'in ECR'));
      const running = await deployed(operator);
      expect(Object.keys(running).sort()).toEqual([...SERVICES].sort());
      for (const { service, image } of verified.lines)
        expect(running[service]).toMatch(new RegExp(`^127\\.0\\.0\\.1:\\d+/${image!}$`));
      const pushed = await verbOf(operator, 'push');
      expect(pushed.lines.map(({ state, image }) => [state, image])).toEqual(
        verified.lines.map(({ service }) => ['unchanged', running[service]]),
      );
    });
  });
}
