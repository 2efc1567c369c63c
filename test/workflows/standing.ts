import type { Activities } from '../../src/contract/activities';
import type { Remains } from '../../src/contract/remains';

// What stands in an account when somebody looks: the stack that runs, and what an earlier run has left.

export const HOST = 'i-0123456789abcdef0';
export const ADDRESS = '203.0.113.7';

/** The host runs, and nobody has left a mark. */
export const NOTHING_STANDS: Remains = {
  records: [],
  services: [],
  hosts: [
    {
      instanceId: HOST,
      state: 'running',
      publicIp: ADDRESS,
    },
  ],
  loadBalancer: null,
};

export const REMAINS = {
  findRemains: async () => NOTHING_STANDS,
} satisfies Partial<Activities>;

export const DEPLOYMENTS = {
  findStack: async ({ plan }) => ({
    platform: {
      executionRole: 'execution',
      taskRole: 'task',
      taskSecurityGroup: 'sg-1',
      cluster: plan.cluster,
      secrets: {},
      discovery: Object.fromEntries(Object.keys(plan.services).map((name) => [name, name])),
      loadBalancer: {
        id: 'lb',
        ownership: 'adopted',
        dnsName: 'lb.elb.amazonaws.com',
        hostedZoneId: 'ZALB',
        dimension: 'app/lb/1',
      },
      targetGroups: {},
    },
    subnets: ['subnet-1', 'subnet-2'],
    services: Object.fromEntries(
      Object.entries(plan.services).map(([name, { count, capacity, deployment }]) => [
        name,
        {
          count,
          taskDefinition: `arn:aws:ecs:task-definition/lgtm-${name}:1`,
          image: `registry/lgtm-${name}@sha256:old`,
          executionRole: 'execution',
          taskRole: 'task',
          environment: { TASK_COUNT: String(count) },
          capacity,
          deployment,
        },
      ]),
    ),
  }),
  compareDefinition: async ({ definition }) => ({
    changes: [
      {
        what: 'image',
        container: definition.service,
        from: 'old',
        to: definition.image,
      },
    ],
  }),
  findPreviousDefinition: async ({ service }) => ({
    taskDefinition: `arn:aws:ecs:task-definition/lgtm-${service}:0`,
    image: `registry/lgtm-${service}@sha256:older`,
    changes: [
      {
        what: 'image',
        container: service,
        from: 'old',
        to: 'older',
      },
    ],
  }),
} satisfies Partial<Activities>;
