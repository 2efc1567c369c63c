import { z } from 'zod';
import { planSchema } from './schema';

interface JsonSchema {
  [key: string]: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
}

/** What the LGTM defaults fill in, see withDefaults. */
const FILLED_IN = ['services', 'analysis', 'records'];

const STACK = {
  enum: ['lgtm', 'none'],
  description: 'What the defaults of services, signals and records are',
};

/**
 * What an editor checks a plan file against. Services and signals are laid over the LGTM defaults, so
 * nothing in one of them is required; `null` drops it, and `stack: none` starts from nothing.
 */
export function makeJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(planSchema, { io: 'input' }) as JsonSchema;
  const { services, analysis, ...properties } = schema.properties!;
  return {
    ...schema,
    title: 'lgtm-migrate plan',
    required: schema.required!.filter((key) => !FILLED_IN.includes(key)),
    properties: {
      ...properties,
      stack: STACK,
      services: allowNull(services!),
      analysis: allowNullSignals(analysis!),
    },
  };
}

function allowNullSignals(analysis: JsonSchema): JsonSchema {
  const signals = allowNull(analysis.properties!['signals']!);
  return {
    ...analysis,
    required: [],
    properties: { ...analysis.properties, signals },
  };
}

/** Entries may leave out any key, or be `null`. */
function allowNull(record: JsonSchema): JsonSchema {
  const entry = { ...(record.additionalProperties as JsonSchema), required: [] };
  return { ...record, additionalProperties: { anyOf: [entry, { type: 'null' }] } };
}
