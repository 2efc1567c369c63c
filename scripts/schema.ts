// npm run schema: writes the JSON Schema that editors check plan files against.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeJsonSchema } from '../src/plan/json-schema';

const FILE = join(__dirname, '../schema/migration.schema.json');

writeFileSync(FILE, `${JSON.stringify(makeJsonSchema(), null, 2)}\n`);
