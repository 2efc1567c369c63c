import { z } from 'zod';
import { line } from '../formats';
import { maskSecret } from '../secrecy';
import { describeSharedName, describeUnknownSecret } from '../texts';
import { defineRule, findRepeated, type Report } from './rule';

const namedSecret = z.object({ name: z.string() });
const serviceWithSecrets = z.object({ secrets: z.record(z.string(), line).default({}) });

/**
 * A service's secrets are among the plan's;
 * a reference is `<name>` or `<name>:<key>`.
 */
export const secretsAreThere = defineRule(
  z.object({
    secrets: z.array(namedSecret).default([]),
    services: z.record(z.string(), serviceWithSecrets),
  }),
  ({ secrets, services }, report) => {
    const known = secrets.map(({ name }) => name);
    for (const [service, plan] of Object.entries(services)) {
      const path = ['services', service, 'secrets'];
      for (const reference of Object.values(plan.secrets)) {
        const [name] = reference.split(':');
        if (known.includes(name!)) continue;
        report(path, reference, describeUnknownSecret(maskSecret('', reference)));
      }
    }
  },
);

const exposedService = z.object({
  expose: z
    .object({
      host: line.optional(),
      targetGroup: line.optional(),
    })
    .optional(),
});

/** No two services share a host name or a target group. */
export const exposureDiffers = defineRule(
  z.object({ services: z.record(z.string(), exposedService) }),
  ({ services }, report) => {
    for (const key of ['host', 'targetGroup'] as const) {
      const names = Object.entries(services).map(([service, { expose }]) => ({
        path: ['services', service, 'expose', key],
        value: expose?.[key],
      }));
      reportShared(key, names, report);
    }
  },
);

const namedService = z.object({
  repository: line.optional(),
  family: line.optional(),
});

/**
 * No two services share a repository or a task definition family,
 * those that they have by default included.
 */
export const namesDiffer = defineRule(
  z.object({ services: z.record(z.string(), namedService) }),
  ({ services }, report) => {
    for (const key of ['repository', 'family'] as const) {
      const names = Object.entries(services).map(([service, plan]) => ({
        path: ['services', service, key],
        value: plan[key] ?? `lgtm-${service}`,
      }));
      reportShared(key, names, report);
    }
  },
);

interface Name {
  path: string[];
  value: string | undefined;
}

function reportShared(key: string, names: Name[], report: Report): void {
  const given = names.filter(({ value }) => value !== undefined);
  const values = given.map(({ value }) => value);
  for (const index of findRepeated(values)) {
    const { path, value } = given[index]!;
    report(path, value, describeSharedName(key, value!));
  }
}
