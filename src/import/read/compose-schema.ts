import { Ajv2020, type ErrorObject } from 'ajv/dist/2020';
import composeSpec from './compose-spec.json';
import type { Problem } from '../problem';
import { fileIsNoMapping, servicesAreAbsent, valueHasOtherType } from './texts';
import type { YamlFile } from './yaml-file';
import { isMapping, valueAt } from './yaml-value';

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
const validate = ajv.compile(composeSpec);

/** Keywords that only say that something beneath them is wrong. */
const OUTER_KEYWORDS = new Set(['oneOf', 'anyOf', 'allOf', 'if', 'not', '$ref']);

/** The keys that a service may have. */
const SERVICE_KEYS: Record<string, unknown> = {
  ...composeSpec.$defs.container_spec.properties,
  ...composeSpec.$defs.service.properties,
  ...composeSpec.$defs.workload_spec.properties,
};

/**
 * What the Compose Specification's JSON Schema says against a file, one problem a place.
 * No value is shown: it may be a password.
 */
export function findSchemaProblems(yaml: YamlFile): Problem[] {
  const { data, file } = yaml;
  const top = { file, line: 1 };
  if (!isMapping(data)) return [{ ...top, message: fileIsNoMapping() }];
  const isCompose = 'services' in data || 'include' in data;
  if (!isCompose) return [{ ...top, message: servicesAreAbsent() }];
  if (validate(data)) return [];
  const errors = validate.errors ?? [];
  const complaints = errors.filter((error) => isOfUse(error, errors)).map((error) => toComplaint(error, data));
  return joinComplaints(complaints, yaml);
}

interface Complaint {
  path: string[];
  message: string;
}

function toComplaint(error: ErrorObject, data: unknown): Complaint {
  const path = readPath(error);
  const unknown = findUnknownKey(error);
  if (unknown !== undefined) return { path: [...path, unknown], message: 'unknown key' };
  return { path, message: describeError(error, valueAt(data, path)) };
}

/** A place that could be one of several things is complained of once. */
function joinComplaints(complaints: Complaint[], yaml: YamlFile): Problem[] {
  const byPath = new Map<string, Complaint[]>();
  for (const complaint of complaints) {
    const key = complaint.path.join('/');
    byPath.set(key, [...(byPath.get(key) ?? []), complaint]);
  }
  return [...byPath.values()].map((group) => {
    const { path } = group[0]!;
    const messages = new Set(group.map((complaint) => complaint.message));
    const message = [...messages].join(', or ');
    return { ...yaml.place(path), message: `${path.join('.')}   ${message}` };
  });
}

/** The path of a JSON Pointer (RFC 6901). */
function readPath({ instancePath }: ErrorObject): string[] {
  const parts = instancePath.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function findUnknownKey({ params }: ErrorObject): string | undefined {
  const key: unknown = params['additionalProperty'] ?? params['unevaluatedProperty'];
  return key as string | undefined;
}

/** Of the errors along one path only the deepest; a key is unevaluated too when the schema around it fails elsewhere. */
function isOfUse(error: ErrorObject, errors: ErrorObject[]): boolean {
  if (error.keyword === 'unevaluatedProperties') return !(findUnknownKey(error)! in SERVICE_KEYS);
  if (OUTER_KEYWORDS.has(error.keyword)) return false;
  const beneath = `${error.instancePath}/`;
  return !errors.some((other) => other.instancePath.startsWith(beneath));
}

function describeError({ keyword, params, message }: ErrorObject, value: unknown): string {
  if (keyword !== 'type') return message ?? keyword;
  const { type } = params as { type: string | string[] };
  return valueHasOtherType(nameType(value), [type].flat());
}

function nameType(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'nothing';
  if (typeof value === 'object') return 'a mapping';
  return `a ${typeof value}`;
}
