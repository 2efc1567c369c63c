/** What preflight says of the EC2 hosts and their compose stacks. */
import type { Finding } from '../../../contract/findings';
import { fail, pass, warn } from '../finding';
import { RECOVER } from './records';

export function sayHostRuns(instanceId: string): Finding {
  return pass('host', `${instanceId} runs`);
}

export function sayHostDown(instanceId: string, state: string): Finding {
  return fail('host', `${instanceId} is ${state}`, `start it, or take it out of source.instances`);
}

export function sayHostStopped(instanceId: string, run: string): Finding {
  return fail(
    'host',
    `${instanceId} was stopped by run ${run} of this stack, which then ended without its way back`,
    `abort what waits here, then ${RECOVER} takes it back; or terminate the host, where ECS serves well and it is backed up`,
  );
}

/** @param reason AWS's own sentence, which names the instance */
export function sayNoHost(reason: string): Finding {
  return fail('host', reason, 'correct source.instances; see aws ec2 describe-instances');
}

export function sayHostsFinished(instances: string[]): Finding {
  return pass('host', `${instances.join(', ')} stopped serving when an earlier run completed`);
}

export function sayHostInGroup(instanceId: string, group: string): Finding {
  const names = `--instance-ids ${instanceId} --auto-scaling-group-name ${group}`;
  return fail(
    'host group',
    `${instanceId} is in Auto Scaling group ${group}, which replaces it when it stops`,
    `aws autoscaling detach-instances ${names} --should-decrement-desired-capacity`,
  );
}

/** @param option of modify-instance-attribute, which takes the protection away */
export function sayHostProtected(instanceId: string, attribute: string, option: string): Finding {
  return fail(
    'host protection',
    `${instanceId} has ${attribute}`,
    `aws ec2 modify-instance-attribute --instance-id ${instanceId} ${option}`,
  );
}

/** @param verb what the run can't do with it */
export function sayProtectionUnreadable(instanceId: string, attribute: string, verb: string, reason: string): Finding {
  return warn(
    'host protection',
    `${attribute} of ${instanceId} can't be read: ${reason}`,
    `allow ec2:DescribeInstanceAttribute, or look yourself: with it, the run can't ${verb} the host`,
  );
}

export function sayInstanceStore(instanceId: string, type: string): Finding {
  return fail(
    'instance store',
    `${instanceId} (${type}) has instance store, which is lost at a stop`,
    'move what lies there to EBS or S3, and the instance to a type without it',
  );
}

export function sayVolumesGo(instanceId: string, volumes: (string | undefined)[]): Finding {
  return warn(
    'volumes',
    `${volumes.join(', ')} go with ${instanceId}`,
    'nothing to do: termination waits for complete snapshots',
  );
}

export function sayStackRuns(instanceId: string, directory: string, containers: number): Finding {
  return pass('compose', `${containers} containers run in ${directory} on ${instanceId}`);
}

export function sayNoContainer(instanceId: string, directory: string): Finding {
  return fail(
    'compose',
    `no container runs in ${directory} on ${instanceId}`,
    'correct source.composeDirectory, or source.composeFiles, or start the stack',
  );
}

/** What docker says of a command that it does not know. */
const NO_PLUGIN = /is not a docker command|unknown (shorthand )?flag/;
/** Source: Docker's docs, "Migrate to Compose V2": projects are known by their labels, whichever started them. */
const INSTALL_PLUGIN =
  'install the plugin of Compose 2 there (docker compose version): it takes over what docker-compose 1 has started';
const NAME_FILES =
  'correct source.composeDirectory; name files that are not called as Compose expects under source.composeFiles';

export function sayComposeFailed(instanceId: string, directory: string, code: number, error: string): Finding {
  return fail(
    'compose',
    `docker compose in ${directory} on ${instanceId} exits with ${code}: ${error}`,
    NO_PLUGIN.test(error) ? INSTALL_PLUGIN : NAME_FILES,
  );
}

export function sayHostUnreachable(instanceId: string, reason: string): Finding {
  return fail(
    'ssm',
    `${instanceId} is not reachable by SSM: ${reason}`,
    'install the SSM agent and give the instance a role with AmazonSSMManagedInstanceCore',
  );
}
