import { ApplicationFailure } from '@temporalio/activity';
import type { Deps } from '../clients';
import { heartbeat, pauses } from '../pacing';
import { isAws } from '../failures';
import { awaitScripts, runScript, runScriptWell } from './ssm';
import type { Activities } from '../../contract/activities';

const POLL_MS = 2000;
/** What the command is for that stops a stack. */
const STOP = 'docker compose stop';

/** One container as `docker compose ps --format json` prints it. */
export interface Container {
  /** of the container, as docker inspect takes it */
  Name?: string;
  Service: string;
  State: string;
  Health?: string;
  Image?: string;
  Publishers?: { URL?: string; TargetPort?: number; PublishedPort: number; Protocol: string }[];
}

/** Compose 2.21 prints a line per container, older ones an array. */
export function containersOf(output: string): Container[] {
  const text = output.trim();
  if (text === '') return [];
  if (text.startsWith('[')) return JSON.parse(text) as Container[];
  return text.split('\n').map((line) => JSON.parse(line) as Container);
}

export const compose = (directory: string) => `docker compose --project-directory ${directory}`;

/** The Docker Compose stack on a host, through SSM. */
export function stackActivities(deps: Deps) {
  async function containers(instanceId: string, directory: string, all: boolean): Promise<Container[]> {
    return containersOf(
      await runScriptWell(
        deps,
        instanceId,
        'docker compose ps',
        `${compose(directory)} ps ${all ? '--all ' : ''}--format json`,
      ),
    );
  }

  /** What users of these names would get on the host itself: nothing, or a proxy's 5xx while what is behind it starts. */
  async function unanswered(
    instanceId: string,
    records: { name: string; protocol: string; port: number }[],
  ): Promise<string[]> {
    const urls = records
      .filter(({ protocol }) => protocol === 'http' || protocol === 'https')
      .map(({ name, protocol, port }) => ({ name, url: `${protocol}://127.0.0.1:${port}/` }));
    if (urls.length === 0) return [];
    const script = urls
      .map(({ name, url }) => `echo "$(curl -k -s -o /dev/null -m 5 -w '%{http_code}' -H 'Host: ${name}' ${url})"`)
      .join('\n');
    const { output } = await runScript(deps, instanceId, 'does the host answer', script);
    return output
      .split('\n')
      .slice(0, urls.length)
      .flatMap((code, index) =>
        /^[1-4]\d\d$/.test(code.trim())
          ? []
          : [`${urls[index]!.name} answers ${code.trim() === '000' || code.trim() === '' ? 'nothing' : code.trim()}`],
      );
  }

  return {
    async stopStack({ instanceId, composeDirectory, stopTimeoutSeconds }) {
      const output = await runScriptWell(
        deps,
        instanceId,
        STOP,
        `${compose(composeDirectory)} stop -t ${stopTimeoutSeconds}`,
        stopTimeoutSeconds * 3 + 300,
      );
      const left = await containers(instanceId, composeDirectory, false);
      if (left.length > 0)
        throw ApplicationFailure.retryable(
          `${left.map(({ Service }) => Service).join(', ')} still run on ${instanceId}`,
          'StackNotStopped',
        );
      return { output: output.slice(0, 2000) };
    },

    /** A host that has just started is not known to SSM yet; one that never will be is a human's. */
    async startStack({ instanceId, composeDirectory, timeoutMs }) {
      const began = Date.now();
      const pause = pauses(POLL_MS);
      const reachable = async () => {
        try {
          // a stop whose activity was aborted goes on: what starts before it ends is stopped again
          await awaitScripts(deps, instanceId, [STOP]);
          await runScriptWell(deps, instanceId, 'docker compose up', `${compose(composeDirectory)} up -d`);
          return true;
        } catch (error) {
          if (isAws(error, 'InvalidInstanceId')) return false;
          throw error;
        }
      };
      while (!(await reachable())) {
        if (Date.now() - began > timeoutMs) {
          throw ApplicationFailure.nonRetryable(
            `SSM does not see ${instanceId}: see its agent, its instance profile and its way out, or run ${compose(composeDirectory)} up -d on it by hand; then retry`,
            'HostNotReachable',
          );
        }
        heartbeat({ instanceId, waiting: 'SSM' });
        await pause();
      }
    },

    /** A container that ran once and has ended, as one that only prepares does, is none of `services`. */
    async awaitHost({ instanceId, composeDirectory, timeoutMs, services, records = [] }) {
      const began = Date.now();
      const pause = pauses(POLL_MS);
      for (;;) {
        const { code, output, error } = await runScript(
          deps,
          instanceId,
          'docker compose ps',
          `${compose(composeDirectory)} ps --all --format json`,
        );
        const wanted =
          code === 0 ? containersOf(output).filter(({ Service }) => !services || services.includes(Service)) : [];
        const down = wanted.filter(
          ({ State, Health }) => State !== 'running' || Health === 'unhealthy' || Health === 'starting',
        );
        const silent = wanted.length > 0 && down.length === 0 ? await unanswered(instanceId, records) : [];
        if (wanted.length > 0 && down.length === 0 && silent.length === 0) return;
        const why =
          code === 0
            ? [...down.map(({ Service, State }) => `${Service} ${State}`), ...silent].join(', ') || 'no containers'
            : error.trim();
        if (Date.now() - began > timeoutMs)
          throw ApplicationFailure.nonRetryable(
            `${instanceId} does not serve: ${why}; mend it by hand, then retry`,
            'HostNotHealthy',
          );
        heartbeat({ instanceId, why });
        await pause();
      }
    },
  } satisfies Partial<Activities>;
}
