import { Ajv2020, type ErrorObject } from 'ajv/dist/2020';
import composeSpec from './compose-spec.json';
import type { Place } from '../place';
import type { Problem } from '../problem';
import { fileIsIncomparable, fileIsNoMapping, servicesAreAbsent, valueHasOtherType } from './texts';
import type { YamlFile } from './yaml-file';
import { isMapping, valueAt } from './yaml-value';

const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  validateFormats: false,
});
const validate = ajv.compile(composeSpec);

/** Keywords that only say that something beneath them is wrong. */
const OUTER_KEYWORDS = ['oneOf', 'anyOf', 'allOf', 'if', 'not', '$ref'];

/** The keys that a service may have. */
const SERVICE_KEYS: Record<string, unknown> = {
  ...composeSpec.$defs.container_spec.properties,
  ...composeSpec.$defs.service.properties,
  ...composeSpec.$defs.workload_spec.properties,
};

interface Complaint {
  path: string[];
  message: string;
}

/**
 * What the Compose Specification's JSON Schema says against a file, one problem a place.
 * No value is shown: it may be a password.
 */
export function findSchemaProblems(yaml: YamlFile): Problem[] {
  const { data, file } = yaml;
  const message = findWrongKind(data);
  if (message !== undefined) return [sayOf(file, message)];
  const errors = listErrors(data);
  if (errors === undefined) return [sayOf(file, fileIsIncomparable())];
  const telling = errors.filter((error) => isTelling(error, errors));
  const complaints = telling.map((error) => toComplaint(error, data));
  return joinComplaints(complaints, yaml);
}

/** Of the whole file. */
function sayOf(file: string, message: string): Problem {
  return {
    file,
    line: 1,
    message,
  };
}

/** undefined: ajv compares items of a list by their own toString, and a mapping has a key of that name. */
function listErrors(data: unknown): ErrorObject[] | undefined {
  try {
    return validate(data) ? [] : (validate.errors ?? []);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function findWrongKind(data: unknown): string | undefined {
  if (!isMapping(data)) return fileIsNoMapping();
  const isCompose = 'services' in data || 'include' in data;
  return isCompose ? undefined : servicesAreAbsent();
}

/** Of the errors along one path only the deepest; a key is unevaluated too when the schema around it fails elsewhere. */
function isTelling(error: ErrorObject, errors: ErrorObject[]): boolean {
  const { keyword, instancePath } = error;
  if (keyword === 'unevaluatedProperties') {
    const key = findUnknownKey(error) ?? '';
    return !(key in SERVICE_KEYS);
  }
  if (OUTER_KEYWORDS.includes(keyword)) return false;
  const beneath = `${instancePath}/`;
  return !errors.some((other) => other.instancePath.startsWith(beneath));
}

function toComplaint(error: ErrorObject, data: unknown): Complaint {
  const path = readPath(error);
  const unknown = findUnknownKey(error);
  if (unknown !== undefined) {
    return {
      path: [...path, unknown],
      message: 'unknown key',
    };
  }
  const value = valueAt(data, path);
  return {
    path,
    message: describeError(error, value),
  };
}

/** A place that could be one of several things is complained of once. */
function joinComplaints(complaints: Complaint[], yaml: YamlFile): Problem[] {
  const messages = new Map<string, Set<string>>();
  const places = new Map<string, Place>();
  for (const { path, message } of complaints) {
    const name = path.join('.');
    const known = messages.get(name) ?? new Set();
    messages.set(name, known.add(message));
    places.set(name, yaml.place(path));
  }
  return [...places].map(([name, place]) => {
    const reasons = [...messages.get(name)!].join(', or ');
    return {
      ...place,
      message: `${name.trim() || JSON.stringify(name)}   ${reasons}`,
    };
  });
}

/** The path of a JSON Pointer (RFC 6901). */
function readPath({ instancePath }: ErrorObject): string[] {
  const [, ...parts] = instancePath.split('/');
  return parts.map(decodePart);
}

function decodePart(part: string): string {
  const slashes = part.replaceAll('~1', '/');
  return slashes.replaceAll('~0', '~');
}

function findUnknownKey({ params }: ErrorObject): string | undefined {
  const { additionalProperty, unevaluatedProperty } = params as Record<string, string | undefined>;
  return additionalProperty ?? unevaluatedProperty;
}

function describeError({ keyword, params, message }: ErrorObject, value: unknown): string {
  if (keyword !== 'type') return message ?? keyword;
  const { type } = params as { type: string | string[] };
  const types = [type].flat();
  return valueHasOtherType(nameType(value), types);
}

function nameType(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'nothing';
  if (typeof value === 'object') return 'a mapping';
  return `a ${typeof value}`;
}
