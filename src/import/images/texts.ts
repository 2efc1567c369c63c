import type { FindingText } from '../finding';
import type { KeyCount } from './keys';

// What import says of the images that it writes.

export function isNoYaml(name: string): FindingText {
  return {
    message: `${name}'s configuration is no YAML before its variables are expanded, so it can't be carried over`,
    fix: 'quote what a variable stands in: "${NAME}"',
  };
}

export function commandIsScript(name: string): FindingText {
  return {
    message: `${name} is started by a script of a shell, whose flags are not to be seen: its configuration is not carried over`,
    fix: 'write entrypoint and command as the program and its flags',
  };
}

const MISSED = 'Accepted, its configuration in images/ names a file that is not there';

export function fileHoldsSecret(name: string, file: string): FindingText {
  return {
    message: `${file}, which ${name} reads, holds a secret and expands no variables: it is not carried over. ${MISSED}`,
    fix:
      'move the secret out of it, into a setting of the configuration; ' +
      `or --accept ${name}/secret-file and give its task the file before it starts: it may not start without`,
  };
}

export function fileIsAbsent(name: string, file: string): FindingText {
  return {
    message: `${name} reads ${file}, which is not in the folder. ${MISSED}`,
    fix: 'put it into the folder, where the Compose file mounts it from',
  };
}

/** @param what lies there: `rules` */
export function folderIsAbsent(name: string, what: string, folder: string): FindingText {
  return {
    message: `${name} reads its ${what} from ${folder}, and no file of it is in the folder: on ECS it has none`,
    fix: `put them into the folder, where the Compose file mounts ${folder} from; or --accept ${name}/file`,
  };
}

/** Above the setting, in the configuration. */
export function fileIsNotInImage(file: string): string {
  return `${file} is not in the image, see the report of import`;
}

/** @param services that differ from the first one */
export function servicesDiffer(name: string, first: string, services: string[]): FindingText {
  return {
    message:
      `${name} is one service on ECS, with the settings of ${first}; ` +
      `those of ${services.join(', ')} are others and are not carried over`,
    fix: 'give them the same settings first, or put what differs into one of them',
  };
}

export const SHIPPED = {
  unread: 'this version of import does not carry its configuration over: it gets the shipped image',
  none: 'its configuration is not in the folder: it gets the shipped image',
  refused: 'its configuration could not be carried over, see the findings: it gets the shipped image',
};

export function secretIsReferred(setting: string): string {
  return `${setting} is a secret: the task gets it from Secrets Manager`;
}

export const KEY_IS_OUT = 'a task has a role, and a key silently takes precedence over it';
export const FRAME_FLAG = 'the frame of the image names its file and expands variables';

export function countKeys(file: string, { kept, changed, takenOut, added, dropped }: KeyCount): string {
  const counts = [
    `${kept} keys kept`,
    `${changed} changed`,
    `${takenOut} taken out with a reason`,
    `${added} added`,
    `${dropped} dropped`,
  ];
  return `${file}: ${counts.join(', ')}. The reason stands above each.`;
}

/** @param beside where it is what import would have written */
export function isKept(path: string, beside: string): string {
  return `${path} was edited since it was written, and stays; what it would be now is in ${beside}:`;
}

export const FLAGS_STAY = "Flags that stay flags, in the image's command:";
export const FLAGS_ARE_OUT = 'Flags that are taken out:';
export const FILES_COME = 'Files that come along as they are:';
export const SECRETS_COME =
  'Variables that are secrets; the worker takes their values from its own environment, by the names in the plan:';
