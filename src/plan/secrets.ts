import { z } from 'zod';
import { filePath, textLike, variableName } from './formats';

const secretName = textLike(/^[\w/+=.@-]{1,512}$/, "a secret's name");

const origin = z.union([z.strictObject({ env: variableName }), z.strictObject({ file: filePath })]);

/** What Secrets Manager shall hold: names, and where their values come from. */
export const secretsSchema = z
  .array(
    z.strictObject({
      name: secretName,
      from: origin.meta({
        description: 'Where the worker takes the value from; it never enters the plan, a history or a log',
      }),
    }),
  )
  .default([]);
