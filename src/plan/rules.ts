import { z } from 'zod';
import { COLLECTOR } from './defaults';

/** Reports what is wrong at a path of the plan. */
type Fail = (path: PropertyKey[], found: unknown, message: string) => void;

/** A rule over several keys; it asks only for those that it needs, so that an error elsewhere hides nothing. */
function rule<S extends z.ZodType>(needs: S, check: (part: z.output<S>, fail: Fail) => void) {
  return (plan: unknown, fail: Fail) => {
    const part = needs.safeParse(plan);
    if (part.success) check(part.data, fail);
  };
}

const weightsRise = rule(
  z.object({ shift: z.object({ weights: z.array(z.number()).min(1) }) }),
  ({ shift: { weights } }, fail) => {
    weights.forEach((weight, index) => {
      const before = weights[index - 1] ?? 0;
      if (weight <= before)
        fail(['shift', 'weights', index], weight, `${weight} does not rise above ${before}; weights only go up`);
    });
    if (weights.at(-1) !== 100)
      fail(['shift', 'weights'], weights, `the weights end at ${weights.at(-1)}; the last one must be 100`);
  },
);

const approvalsAreWeights = rule(
  z.object({ shift: z.object({ weights: z.array(z.number()), approval: z.array(z.number()) }) }),
  ({ shift: { weights, approval } }, fail) => {
    approval.forEach((weight, index) => {
      if (!weights.includes(weight))
        fail(['shift', 'approval', index], weight, `${weight} is none of the weights ${weights.join(', ')}`);
    });
  },
);

const recordsDiffer = rule(
  z.object({ domain: z.string(), records: z.array(z.object({ name: z.string() })) }),
  ({ domain, records }, fail) => {
    records.forEach(({ name }, index) => {
      if (records.findIndex((other) => other.name === name) !== index)
        fail(['records', index, 'name'], name, `${name} stands twice`);
      if (!name.endsWith(`.${domain}`) && name !== domain)
        fail(['records', index, 'name'], name, `${name} is not in ${domain}`);
    });
  },
);

const recordsAreExposed = rule(
  z.object({ records: z.array(z.object({ service: z.string() })), services: z.record(z.string(), z.looseObject({})) }),
  ({ records, services }, fail) => {
    records.forEach(({ service }, index) => {
      if (!services[service])
        fail(
          ['records', index, 'service'],
          service,
          `there is no service ${service}; take one of ${Object.keys(services).join(', ')}`,
        );
      else if (!services[service]['expose'])
        fail(['records', index, 'service'], service, `${service} is not exposed; give it services.${service}.expose`);
    });
  },
);

const recordsAreReached = rule(
  z.object({
    records: z.array(z.object({ service: z.string() })),
    loadBalancer: z.object({ scheme: z.literal('internet-facing') }),
    services: z.record(z.string(), z.looseObject({ expose: z.object({ public: z.boolean() }).optional() })),
  }),
  ({ records, services }, fail) => {
    records.forEach(({ service }, index) => {
      if (services[service]?.expose?.public === false)
        fail(
          ['records', index, 'service'],
          service,
          `${service} is served only to the VPC's address range, and nobody comes to an internet-facing load balancer from there; set services.${service}.expose.public: true, or loadBalancer.scheme: internal`,
        );
    });
  },
);

const instancesDiffer = rule(
  z.object({ source: z.object({ instances: z.array(z.string()) }) }),
  ({ source: { instances } }, fail) => {
    instances.forEach((id, index) => {
      if (instances.indexOf(id) !== index) fail(['source', 'instances', index], id, `${id} stands twice`);
    });
  },
);

const secretsAreThere = rule(
  z.object({
    secrets: z.array(z.object({ name: z.string() })).default([]),
    services: z.record(z.string(), z.object({ secrets: z.record(z.string(), z.string()).default({}) })),
  }),
  ({ secrets, services }, fail) => {
    for (const [name, service] of Object.entries(services)) {
      for (const reference of Object.values(service.secrets)) {
        if (!secrets.some((known) => known.name === reference.split(':')[0]))
          fail(
            ['services', name, 'secrets'],
            reference,
            `${reference} is none of the plan's secrets; add it under secrets`,
          );
      }
    }
  },
);

const exposureDiffers = rule(
  z.object({
    services: z.record(
      z.string(),
      z.object({ expose: z.object({ host: z.string().optional(), targetGroup: z.string().optional() }).optional() }),
    ),
  }),
  ({ services }, fail) => {
    for (const key of ['host', 'targetGroup'] as const) {
      const given = Object.entries(services).flatMap(([name, { expose }]) =>
        expose?.[key] ? [[name, expose[key]] as const] : [],
      );
      given.forEach(([name, value], index) => {
        if (given.findIndex(([, other]) => other === value) !== index)
          fail(['services', name, 'expose', key], value, `another service has the ${key} ${value} too`);
      });
    }
  },
);

const namesDiffer = rule(
  z.object({
    services: z.record(z.string(), z.object({ repository: z.string().optional(), family: z.string().optional() })),
  }),
  ({ services }, fail) => {
    for (const key of ['repository', 'family'] as const) {
      const names = Object.entries(services).map(([name, service]) => [name, service[key] ?? `lgtm-${name}`] as const);
      names.forEach(([name, value], index) => {
        if (names.findIndex(([, other]) => other === value) !== index)
          fail(['services', name, key], value, `another service has the ${key} ${value} too`);
      });
    }
  },
);

const grafanaMoves = rule(
  z.object({
    grafana: z.object({
      database: z.literal('move'),
      service: z.string(),
      target: z.object({ efs: z.string().optional(), database: z.string().optional() }).optional(),
    }),
    services: z.record(
      z.string(),
      z.object({
        count: z.number(),
        environment: z.record(z.string(), z.string()).default({}),
        deployment: z.object({ maximumPercent: z.number() }).optional(),
      }),
    ),
  }),
  ({ grafana: { service: name, target }, services }, fail) => {
    const service = services[name];
    if (!target) fail(['grafana', 'target'], target, 'move needs a target; give it efs: fs-… or database: postgres');
    if (!service)
      return fail(
        ['grafana', 'service'],
        name,
        `there is no service ${name}; take one of ${Object.keys(services).join(', ')}`,
      );
    const { environment, count, deployment } = service;
    const type = environment['GF_DATABASE_TYPE'];
    if (target?.efs) {
      const other = ['GF_DATABASE_HOST', 'GF_DATABASE_URL', 'GF_DATABASE_PATH', 'GF_PATHS_DATA'].find(
        (variable) => variable in environment,
      );
      if (other)
        fail(
          ['services', name, 'environment', other],
          environment[other],
          `${other} does not go with grafana.target.efs, where the database is /var/lib/grafana/grafana.db; take it out`,
        );
      if (/^(true|1)$/.test(environment['GF_DATABASE_WAL'] ?? ''))
        fail(
          ['services', name, 'environment', 'GF_DATABASE_WAL'],
          environment['GF_DATABASE_WAL'],
          "SQLite's WAL does not work over NFS; take it out",
        );
      if (type && type !== 'sqlite3')
        fail(
          ['services', name, 'environment', 'GF_DATABASE_TYPE'],
          type,
          `${type} does not go with grafana.target.efs; take it out, or name that database as the target`,
        );
      if (count !== 1)
        fail(['services', name, 'count'], count, `SQLite on EFS bears one writer; set services.${name}.count to 1`);
      if (deployment && deployment.maximumPercent > 100)
        fail(
          ['services', name, 'deployment', 'maximumPercent'],
          deployment.maximumPercent,
          'SQLite on EFS bears one writer, and above 100 % two tasks run during a deployment; set it to 100, and minimumHealthyPercent to 0',
        );
    } else if (target && type !== target.database) {
      fail(
        ['services', name, 'environment'],
        type,
        `the target is ${target.database}, and services.${name}.environment has ${type ? `GF_DATABASE_TYPE ${type}` : 'no GF_DATABASE_TYPE'}; name the database there (GF_DATABASE_TYPE, _HOST, _NAME, _USER), its password under secrets`,
      );
    }
  },
);

const collectorIsThere = rule(
  z.object({ ingestion: z.object({ dualWrite: z.literal(true) }), services: z.record(z.string(), z.unknown()) }),
  ({ services }, fail) => {
    if (!services[COLLECTOR])
      fail(
        ['ingestion', 'dualWrite'],
        true,
        `there is no service ${COLLECTOR} that could write to both sides; add it, or take ingestion.dualWrite out`,
      );
  },
);

/** What one key alone can't tell. */
export const RULES = [
  grafanaMoves,
  weightsRise,
  approvalsAreWeights,
  recordsDiffer,
  recordsAreExposed,
  recordsAreReached,
  instancesDiffer,
  secretsAreThere,
  namesDiffer,
  exposureDiffers,
  collectorIsThere,
];
