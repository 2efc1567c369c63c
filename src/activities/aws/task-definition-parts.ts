import type { ContainerDefinition, KeyValuePair, Secret, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Change } from '../../contract/deployments';
import type { TaskDefinitionInput } from './task-definition-shape';

/** What of a task definition we set, its containers and volumes apart. */
const TASK_FIELDS = ['cpu', 'memory', 'ephemeralStorage', 'executionRoleArn', 'taskRoleArn'] as const;

/** What of a container we set, its name, ports, variables and secrets apart. */
const CONTAINER_FIELDS = [
  'image',
  'essential',
  'entryPoint',
  'command',
  'healthCheck',
  'stopTimeout',
  'logConfiguration',
  'memory',
  'restartPolicy',
  'mountPoints',
] as const;

type Definition = TaskDefinitionInput | TaskDefinition;

/** One thing that a task definition says. */
interface Part {
  container?: string;
  what: string;
  value: string;
}

/** What differs of what we set, container by container; what AWS adds by itself is no difference. */
export function listChanges(found: Definition, wanted: Definition): Change[] {
  const before = indexParts(found);
  const after = indexParts(wanted);
  const keys = new Set([...after.keys(), ...before.keys()]);
  const changed = [...keys].filter((key) => before.get(key)?.value !== after.get(key)?.value);
  return changed.map((key) => {
    const { container, what } = (after.get(key) ?? before.get(key))!;
    return {
      what,
      ...(container === undefined ? {} : { container }),
      from: before.get(key)?.value ?? null,
      to: after.get(key)?.value ?? null,
    };
  });
}

/** By where it stands and what it is: AWS returns lists in an order of its own. */
function indexParts(definition: Definition): Map<string, Part> {
  const parts = listParts(definition);
  return new Map(parts.map((part) => [`${part.container} ${part.what}`, part]));
}

function listParts(definition: Definition): Part[] {
  const { containerDefinitions = [] } = definition;
  const fields = TASK_FIELDS.map((what) => ({
    what,
    value: textOf(definition[what]),
  }));
  const containers = containerDefinitions.flatMap(listContainerParts);
  return [...fields, ...listVolumes(definition), ...containers].filter(({ value }) => value !== '');
}

function listVolumes({ volumes = [] }: Definition): Part[] {
  return volumes.map(({ name, efsVolumeConfiguration }) => {
    const { fileSystemId, rootDirectory } = efsVolumeConfiguration ?? {};
    return {
      what: `volume ${name}`,
      value: `${fileSystemId}${rootDirectory}`,
    };
  });
}

function listContainerParts(container: ContainerDefinition): Part[] {
  const { environment = [], secrets = [], portMappings = [] } = container;
  const parts = [
    ...CONTAINER_FIELDS.map((what) => ({
      what,
      value: textOf(container[what]),
    })),
    ...portMappings.map(({ containerPort, protocol }) => ({
      what: `port ${containerPort}`,
      value: protocol ?? 'tcp',
    })),
    ...environment.map(describeVariable),
    ...secrets.map(describeSecret),
  ];
  return parts.map((part) => ({
    ...part,
    container: container.name!,
  }));
}

function describeVariable({ name, value }: KeyValuePair): Part {
  // an empty value is one too
  return {
    what: `environment ${name}`,
    value: value || '""',
  };
}

/** By its reference: no definition has a secret's value. */
function describeSecret({ name, valueFrom = '' }: Secret): Part {
  return {
    what: `secret ${name}`,
    value: valueFrom,
  };
}

/** Nothing, or an empty list, which AWS adds by itself, within what we set too (`secretOptions`, `ignoredExitCodes`). */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) && value.length === 0;
}

/** Empty for what is. */
function textOf(value: unknown): string {
  if (isEmpty(value)) return '';
  return typeof value === 'object' ? JSON.stringify(sortKeys(value)) : String(value);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => !isEmpty(entry));
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, entry]) => [key, sortKeys(entry)]));
}
