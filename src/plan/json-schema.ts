import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { planSchema } from './schema';

type Schema = {
  [key: string]: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
};

/**
 * What an editor checks a plan file against. Services and signals are laid over the LGTM defaults, so
 * nothing in one of them is required; `null` drops it, and `stack: none` starts from nothing.
 */
export function planJsonSchema(): Schema {
  const schema = z.toJSONSchema(planSchema, { io: 'input' }) as Schema;
  const droppable = (of: Schema): Schema => ({
    ...of,
    additionalProperties: { anyOf: [{ ...(of.additionalProperties as Schema), required: [] }, { type: 'null' }] },
  });
  const { services, analysis, ...properties } = schema.properties!;
  const signals = analysis!.properties!['signals']!;
  return {
    ...schema,
    title: 'lgtm-migrate plan',
    required: schema.required!.filter((key) => !['services', 'analysis', 'records'].includes(key)),
    properties: {
      ...properties,
      stack: { enum: ['lgtm', 'none'], description: 'What the defaults of services, signals and records are' },
      services: droppable(services!),
      analysis: { ...analysis, required: [], properties: { ...analysis!.properties, signals: droppable(signals) } },
    },
  };
}

if (require.main === module) {
  writeFileSync(
    join(__dirname, '../../schema/migration.schema.json'),
    `${JSON.stringify(planJsonSchema(), null, 2)}\n`,
  );
}
