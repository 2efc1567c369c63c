import { Ajv2020, type ErrorObject } from 'ajv/dist/2020';
import composeSpec from './compose-spec.json';
import type { Problem } from '../problem';
import { at, type YamlFile } from './yaml-file';

const validate = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(composeSpec);

/** Keywords that only say that something beneath them is wrong. */
const OUTER = new Set(['oneOf', 'anyOf', 'allOf', 'if', 'not', '$ref']);

/**
 * What the Compose Specification's JSON Schema says against a file, one problem a place.
 * No value is shown: it may be a password.
 */
export function schemaProblems(yaml: YamlFile): Problem[] {
  const { data } = yaml;
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    return [{ file: yaml.file, line: 1, message: 'is no Compose file: no mapping with services in it' }];
  if (!('services' in data) && !('include' in data))
    return [
      {
        file: yaml.file,
        line: 1,
        message:
          'has no services; a file of Compose 1 (services at the top, no services: key) has to be rewritten first',
      },
    ];
  if (validate(data)) return [];
  const errors = validate.errors!;
  const places = new Map<string, { path: string[]; messages: Set<string> }>();
  for (const error of errors.filter((each) => matters(each, errors))) {
    const unknown = unknownKey(error);
    const path = [...pathOf(error), ...(unknown === undefined ? [] : [unknown])];
    const entry = places.get(path.join('/')) ?? { path, messages: new Set<string>() };
    entry.messages.add(unknown === undefined ? said(error, at(data, path)) : 'unknown key');
    places.set(path.join('/'), entry);
  }
  return [...places.values()].map(({ path, messages }) => ({
    ...yaml.place(path),
    message: `${path.join('.')}   ${[...messages].join(', or ')}`,
  }));
}

const pathOf = ({ instancePath }: ErrorObject) =>
  instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

function unknownKey({ params }: ErrorObject): string | undefined {
  return (params['additionalProperty'] ?? params['unevaluatedProperty']) as string | undefined;
}

/** Of the errors along one path only the deepest; a key is unevaluated too when the schema around it fails elsewhere. */
function matters(error: ErrorObject, errors: ErrorObject[]): boolean {
  const deeper = errors.some((other) => other.instancePath.startsWith(`${error.instancePath}/`));
  if (error.keyword === 'unevaluatedProperties') return !(unknownKey(error)! in KNOWN);
  return !OUTER.has(error.keyword) && !deeper;
}

/** The keys that a service may have. */
const KNOWN: Record<string, unknown> = {
  ...composeSpec.$defs.container_spec.properties,
  ...composeSpec.$defs.service.properties,
  ...composeSpec.$defs.workload_spec.properties,
};

function said({ keyword, params, message }: ErrorObject, value: unknown): string {
  const kind = Array.isArray(value)
    ? 'a list'
    : value === null
      ? 'nothing'
      : typeof value === 'object'
        ? 'a mapping'
        : `a ${typeof value}`;
  if (keyword === 'type')
    return `is ${kind}; it must be ${[(params as { type: string | string[] }).type].flat().join(' or ')}`;
  return message ?? keyword;
}
