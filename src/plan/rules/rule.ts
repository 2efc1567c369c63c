import { z } from 'zod';

/**
 * Reports what is wrong at a path:
 * what was found there, and a sentence with the way out.
 */
export type Report = (path: PropertyKey[], found: unknown, message: string) => void;

/** Problems become issues of the schema that is being parsed. */
export function reportTo(context: z.RefinementCtx): Report {
  return (path, input, message) => {
    context.addIssue({
      code: 'custom',
      input,
      path,
      message,
    });
  };
}

/** What one key alone can't tell. */
export type Rule = (plan: unknown, report: Report) => void;

/**
 * A rule over several keys; it asks only for those that it needs,
 * so that an error elsewhere hides nothing.
 */
export function defineRule<Needs extends z.ZodType>(
  needs: Needs,
  check: (part: z.output<Needs>, report: Report) => void,
): Rule {
  return (plan, report) => {
    const part = needs.safeParse(plan);
    if (part.success) check(part.data, report);
  };
}

const withServices = z.object({ services: z.record(z.string(), z.unknown()) });

/** A rule over one service: each is looked at alone, so that an error in one hides none of another. */
export function defineServiceRule<Needs extends z.ZodType>(
  needs: Needs,
  check: (service: z.output<Needs>, name: string, report: Report) => void,
): Rule {
  return defineRule(withServices, ({ services }, report) => {
    for (const [name, plan] of Object.entries(services)) {
      const service = needs.safeParse(plan);
      const reportKey: Report = (path, found, message) => report(['services', name, ...path], found, message);
      if (service.success) check(service.data, name, reportKey);
    }
  });
}

/** Indices of the values that stood earlier in the list. */
export function findRepeated(values: readonly unknown[]): number[] {
  const indices = [...values.keys()];
  return indices.filter((index) => {
    return values.indexOf(values[index]) !== index;
  });
}
