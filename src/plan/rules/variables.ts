import { z } from 'zod';
import { isLiteralSecret } from '../secrecy';
import { describeLiteralSecret, DOUBLE_VARIABLE, SWITCHED_VARIABLE } from '../texts';
import { defineServiceRule } from './rule';

const variables = z.record(z.string(), z.unknown()).default({});

const serviceWithVariables = z.object({
  duties: z.array(z.string()).default([]),
  environment: variables,
  secrets: variables,
});

/**
 * A task gets each variable from one place: ECS refuses two,
 * and a duty that the plan sets itself would never be switched off.
 */
export const variablesDiffer = defineServiceRule(
  serviceWithVariables,
  ({ duties, environment, secrets }, _name, report) => {
    for (const [variable, value] of Object.entries(environment)) {
      const isSecret = Object.hasOwn(secrets, variable);
      if (duties.includes(variable)) report(['environment', variable], value, SWITCHED_VARIABLE);
      if (isSecret) report(['secrets', variable], value, DOUBLE_VARIABLE);
    }
  },
);

const serviceWithEnvironment = z.object({ environment: variables });

/** Secrets never enter a plan: it is committed, sent to Temporal and shown. */
export const environmentIsOpen = defineServiceRule(serviceWithEnvironment, ({ environment }, name, report) => {
  for (const [variable, value] of Object.entries(environment)) {
    const isSecret = typeof value === 'string' && isLiteralSecret(variable, value);
    if (isSecret) report(['environment', variable], value, describeLiteralSecret(name, variable));
  }
});
