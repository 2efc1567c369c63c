import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { DOCKERFILES } from '../../lab/services';
import { compiled } from '../../lab/tools';
import { until } from '../../lab/until';
import { workflowIdOf } from '../../src/contract/messages';
import type { Status } from '../../src/contract/status';
import { Jenkins, type Build, type BuildRequest, type RunningBuilds } from '../jenkins/jenkins';
import type { Operator } from './operator';
import { findRunning, type RunningService } from './running';

type Plan = Record<string, Record<string, unknown>> & {
  services: { grafana: { environment?: Record<string, string> } };
};

/** A build tells nothing while it builds or waits. */
const PATIENCE = { stallMs: 10 * 60_000 };

/** A team after its migration: a repository with the plan and the folders of the images, and a Jenkins. */
export class Team {
  readonly jenkins = new Jenkins();

  constructor(private readonly operator: Operator) {
    cpSync(DOCKERFILES, this.folder, { recursive: true });
    const client = `exec '${process.execPath}' '${compiled('client')}' "$@"`;
    this.jenkins.installProgram('lgtm-migrate', `#!/bin/sh\n${client}\n`);
    this.commit({});
  }

  /** What the images are built from. */
  get folder(): string {
    return join(this.jenkins.repository, 'dockerfiles');
  }

  /** Commits the lab's plan with these variables for Grafana, and the folders as they are. */
  commit(variables: Record<string, string>): void {
    const plan = parse(readFileSync(this.operator.lab.plan, 'utf8')) as Plan;
    const { grafana } = plan.services;
    grafana.environment = { ...grafana.environment, ...variables };
    const images = { ...plan['images'], context: 'dockerfiles' };
    this.jenkins.commit('migration.yaml', stringify({ ...plan, images }));
  }

  /** Runs a build to its end. */
  build(request: BuildRequest = {}): Promise<Build> {
    return this.untilEnded(this.start(request));
  }

  start({ environment, ...request }: BuildRequest = {}): RunningBuilds {
    const lab = { ...this.operator.lab.environment };
    // these are Jenkins' to give
    delete lab['AWS_ACCESS_KEY_ID'];
    delete lab['AWS_SECRET_ACCESS_KEY'];
    const variables = { ...lab, ...environment };
    return this.jenkins.start([{ ...request, environment: variables }]);
  }

  async untilEnded({ ended, readConsole }: RunningBuilds): Promise<Build> {
    let builds: Build[] | undefined;
    void ended.then((done) => (builds = done));
    const [build] = await until('the end of the build', () => builds, {
      ...PATIENCE,
      progress: readConsole,
      sooner: ended,
    });
    return build!;
  }

  /** Waits until a build says so. */
  async untilSaid({ readConsole }: RunningBuilds, text: string): Promise<void> {
    const says = () => readConsole().includes(text);
    await until(`${text} in the console`, says, { ...PATIENCE, progress: readConsole });
  }

  /** The end of the newest deployment, whoever looks on. */
  async untilDeployed(): Promise<Status> {
    return (await this.deployment.result()) as Status;
  }

  running(): Promise<Record<string, RunningService>> {
    return findRunning(this.operator);
  }

  private get deployment() {
    return this.operator.client.workflow.getHandle(workflowIdOf('deployment', 'lgtm-prd'));
  }
}
