import type { VersionJudgement } from '../../plan/versions';
import type { DeadOption } from '../../stores/store';
import type { FindingText } from '../finding';
import type { Storage } from '../read/stores';

// What findings say: what is wrong, and the way out.

/** @param id the name by which the loss is accepted */
export function storageStaysBehind(name: string, storage: Storage, id: string): FindingText {
  const where = describeLocation(storage);
  return {
    message: `${name} keeps its ${storage.what} ${where}: the new tasks read S3 only, and what lies there stays behind`,
    fix:
      'write to S3 first and wait until retention has passed, or copy the data; ' +
      `what may be lost is accepted with --accept ${id}`,
  };
}

/** An S3 with an endpoint of its own is MinIO or the like. */
function describeLocation({ backend, endpoint }: Storage): string {
  const isOtherS3 = backend === 's3';
  return isOtherS3 ? `at ${endpoint}, which is not S3 of AWS` : `on the backend ${backend}`;
}

export function configurationIsAbsent(name: string): FindingText {
  return {
    message: `${name}'s configuration file is not in the folder, so nobody knows where its data is`,
    fix: `put it into the folder as ${name}/config/${name}-config.yaml`,
  };
}

/** @param setting the setting that would name it */
export function storageIsNotNamed(name: string, setting: string): FindingText {
  return {
    message: `${name} names no storage`,
    fix: `give it ${setting}`,
  };
}

export function sqliteMoves(efs: string): FindingText {
  return {
    message:
      `Grafana's SQLite moves to ${efs}: Grafana goes from 0 to 100 in one step, ` +
      'and its old side is read-only from then on',
    fix: 'nothing; a database of its own (RDS) is the better place afterwards',
  };
}

export function sqliteIsLost(): FindingText {
  return {
    message:
      'Grafana keeps dashboards, users and alert rules in SQLite on the host, ' +
      "and a task's disk is lost with the task",
    fix:
      '--grafana-efs fs-… lets the migration move it to EFS, Grafana then going from 0 to 100 in one step; ' +
      'or move it to PostgreSQL or MySQL first',
  };
}

/** @param clients Grafana's services, which reach it */
export function databaseIsOnHost(host: string, clients: string[]): FindingText {
  const names = clients.join(', ');
  return {
    message: `Grafana's database ${host} is on the host and goes with it (${names} reaches it as a neighbour)`,
    fix: 'move it to RDS first, and give Grafana its name',
  };
}

export function otherVersionRuns(name: string, running: string, written = 'nothing'): FindingText {
  return {
    message: `${name} runs ${running} while the folder says ${written}; the plan takes what runs`,
    fix: 'write the running version into the Compose file',
  };
}

export function tagMoves(name: string, image = 'built from a Dockerfile that is not in the folder'): FindingText {
  const label = '{{index .Config.Labels "org.opencontainers.image.version"}}';
  return {
    message: `${name} is ${image}, a tag that moves: nobody knows which version it is`,
    fix: `pin the version that runs; see docker inspect --format '${label}', or ${name} --version`,
  };
}

export function versionIsKept({ message }: VersionJudgement, version: string): FindingText {
  return {
    message: `${message}: the plan keeps ${version}`,
    fix: 'move first, upgrade later',
  };
}

/** @param pin the version that the images' configuration is made for */
export function versionIsTooFar(judgement: VersionJudgement, name: string, version: string, pin: string): FindingText {
  const source = formatSource(judgement.source);
  return {
    message: `${judgement.message}${source}; the images' configuration is made for ${pin}`,
    fix:
      'upgrade on the host first and import again, ' +
      `or give dockerfiles/${name} a configuration for ${version} and --accept ${name}/version`,
  };
}

/** @param pin the version that the edits of a carried configuration are made for */
export function editsAreForAnother(
  judgement: VersionJudgement,
  name: string,
  version: string,
  pin: string,
): FindingText {
  const source = formatSource(judgement.source);
  return {
    message:
      `${judgement.message}${source}; its own configuration comes along, ` +
      `but what is changed in it is made for ${pin}, and ${name} ends at once over a key that ${version} does not know`,
    fix:
      'upgrade on the host first and import again, ' +
      `or start the image of images/${name} once by hand and --accept ${name}/version`,
  };
}

export function programIsMissing(image: string, program: string, source?: string): FindingText {
  return {
    message:
      `the health check calls ${program}, which the image of ${image} does not have${formatSource(source)}: ` +
      'the container stays unhealthy, and the way back waits for healthy ones',
    fix: 'take it out, or check from outside; the new tasks bring checks of their own',
  };
}

export function keyIsStatic(name: string): FindingText {
  return {
    message: `${name} has a static key for AWS here; the new tasks have a role, and a key silently takes precedence over it`,
    fix: 'nothing for the plan: it carries no keys over; revoke it when the hosts are gone',
  };
}

/** @param own whose data lies there, such as `tempo's traces`; and theirs likewise */
export function prefixIsShared(own: string, theirs: string, url: string): FindingText {
  return {
    message: `${own} and ${theirs} share the prefix ${url}: each compacts and deletes what it takes for its own`,
    fix: 'give each a prefix of its own',
  };
}

export function servicesCompactTwice(services: string[], url: string): FindingText {
  return {
    message: `${services.join(' and ')} both compact ${url} and share no ring`,
    fix: 'let one of them compact (-target of the others without the compactor), or give them one ring',
  };
}

export function bucketIsNotThePlans(name: string, what: string, bucket: string, planned: string): FindingText {
  return {
    message:
      `${name} keeps its ${what} in ${bucket}, ` +
      `and a plan has one bucket that its task role may read, which is ${planned} here`,
    fix:
      `copy it into ${planned}, or give the task role ${bucket} ` +
      `and services.${name}.environment S3_BUCKET by hand`,
  };
}

export function bucketIsNotNamed(name: string, what: string): FindingText {
  return {
    message: `${name}'s ${what} names no bucket`,
    fix: 'name it in the configuration',
  };
}

export function ringIsElsewhere(name: string, server: string): FindingText {
  return {
    message: `${name}'s ring is in ${server}; the new tasks gossip among themselves (memberlist) and never join it`,
    fix: 'nothing: two stacks must not share a ring',
  };
}

export function optionIsGone(component: string, { path, since, source, instead }: DeadOption): FindingText {
  return {
    message: `${path} is gone since ${component} ${since} (${source})`,
    fix: `take it out; instead: ${instead}`,
  };
}

export function addressIsFixed(address: string): FindingText {
  return {
    message:
      `points at ${address} by address: a task reaches it from lgtm-ecs-sg and not from the host, ` +
      "and the host's own address is gone after the move",
    fix: "use a DNS name, and let the tasks' security group in there",
  };
}

export function neighbourIsOnHost(neighbour: string): FindingText {
  return {
    message: `points at ${neighbour}, a neighbour on the same host`,
    fix: 'nothing where the images bring this file; elsewhere use <service>.lgtm.local',
  };
}

export function sourceIsTheHost(source: string): FindingText {
  return {
    message: `${source} reads the host that Alloy runs on: a Fargate task has none`,
    fix: 'leave an Alloy on the hosts that have these logs and metrics, and let it push to the new one',
  };
}

export function serviceStaysBehind(name: string, image = 'built here'): FindingText {
  return {
    message: `${name} (${image}) is none of the six: it stays on the host and stops with it`,
    fix: 'move it by other means before the hosts stop, or make sure that nobody needs it',
  };
}

export function composeIgnoresVersion(version: string): FindingText {
  const source = 'compose-spec, "Version and name top-level elements"';
  return {
    message: `version: "${version}" is ignored by Docker Compose 2 (${source})`,
    fix: 'take it out',
  };
}

export function variableIsUnset(name: string, isSecret: boolean): FindingText {
  const secret = isSecret ? ', as a secret should' : '';
  return {
    message: `${name} is set nowhere in the folder and becomes an empty string${secret}`,
    fix: 'set it in an env file of the folder, or give it a default',
  };
}

export function projectIsAbsent(files: string[]): FindingText {
  return {
    message:
      'there is no Compose file at the top of the folder: the migration stops and starts the stack as one project',
    fix: `write docker-compose.yaml with include: [${files.join(', ')}]`,
  };
}

export function hostIsUnreachable(instance: string, reason: string): FindingText {
  return {
    message: `${instance} could not be asked: ${reason}`,
    fix: 'the folder alone was read; preflight asks again',
  };
}

export function containerIsUnhealthy(container: string, state: string, instance: string): FindingText {
  return {
    message: `${container} is ${state} on ${instance}`,
    fix: 'fix it first: the way back waits for a healthy stack',
  };
}

export function grafanaIsMissing(): FindingText {
  return {
    message:
      'there is no grafana in the folder: the one name that the plan moves is a name of senders, ingest.<domain>',
    fix: 'name under records what senders and users go by',
  };
}

/** @param profiles of which none is active */
export function profileIsInactive(service: string, profiles: string[]): FindingText {
  const names = profiles.join(', ');
  return {
    message: `${service} runs with the profile ${names} only, which is not active here: it is not read`,
    fix: `nothing where the hosts run it neither; else --profile ${profiles[0]}`,
  };
}

export function filesAreUnread(files: string[]): FindingText {
  return {
    message: `docker compose does not take ${files.join(', ')} by itself: what stands there is not read`,
    fix: 'nothing where the hosts are started without; else name all files of the project with --compose-file',
  };
}

export function serviceIsMissing(name: string): FindingText {
  return {
    message: `there is no ${name} in the folder; the plan leaves it out`,
    fix: 'nothing, or take the null out of the plan for a new one',
  };
}

function formatSource(source: string | undefined): string {
  return source ? ` (${source})` : '';
}
