import type { Plan } from '../../plan/schema';
import { PROBE_FAMILY } from '../../plan/names';
import type { Arns } from './arns';
import { beside, besideBuilding, build, change, look, type Condition, type Need } from './need';

const TASKS = 'ecs-tasks.amazonaws.com';
const CREATING: Condition = {
  StringEquals: { 'ecs:CreateAction': ['CreateCluster', 'CreateService', 'RegisterTaskDefinition', 'RunTask'] },
};

/** Images, tasks and their logs. */
export function listContainerNeeds(plan: Plan, arns: Arns): Need[] {
  const needs = [...listEcsNeeds(plan, arns), ...listEcrNeeds(arns), ...listLogsNeeds(arns)];
  return plan.cleanup === 'delete' ? [...needs, ...listCleanup(plan, arns)] : needs;
}

/**
 * Of a task definition ECS takes no resource but where it is registered or run; ListTasks has a container instance's,
 * which Fargate has not. Source: AWS, Service Authorization Reference, Amazon ECS.
 */
function listEcsNeeds({ cluster }: Plan, arns: Arns): Need[] {
  const inCluster = { ArnEquals: { 'ecs:cluster': arns.cluster() } };
  const services = arns.own('ecs', `service/${cluster}/*`);
  const tasks = arns.own('ecs', `task/${cluster}/*`);
  const probe = arns.own('ecs', `task-definition/${PROBE_FAMILY}:*`);
  return [
    look('ecs', 'DescribeClusters', {
      on: [arns.cluster()],
    }),
    look('ecs', 'DescribeServices', {
      on: services,
    }),
    change('ecs', 'CreateCluster', {
      on: [arns.cluster()],
    }),
    change('ecs', 'CreateService UpdateService', {
      on: services,
    }),
    change('ecs', 'RegisterTaskDefinition', {
      on: arns.families(),
    }),
    change('ecs', 'DescribeTaskDefinition ListTaskDefinitions DeregisterTaskDefinition'),
    change('ecs', 'RunTask', {
      on: probe,
      where: inCluster,
    }),
    look('ecs', 'DescribeTasks', {
      on: tasks,
    }),
    look('ecs', 'ListTasks', {
      where: inCluster,
    }),
    beside('ecs', 'TagResource', {
      on: [arns.cluster(), ...services, ...tasks, ...arns.families()],
      where: CREATING,
    }),
    ...listRoleNeeds(arns),
  ];
}

/**
 * Roles are passed where a task definition is registered, and where a task is run. A service's tasks, a cluster's
 * capacity providers and a load balancer work by roles that AWS makes when an account has the first of them.
 * Source: AWS, "IAM roles for Amazon ECS", "Using service-linked roles for Amazon ECS" and "Elastic Load Balancing
 * service-linked role".
 */
function listRoleNeeds(arns: Arns): Need[] {
  return [
    beside('iam', 'PassRole', {
      on: arns.planRoles(),
      where: equals('iam:PassedToService', TASKS),
    }),
    ...['ecs.amazonaws.com', 'elasticloadbalancing.amazonaws.com'].map((service) =>
      beside('iam', 'CreateServiceLinkedRole', {
        on: arns.everywhere('iam', 'account', `role/aws-service-role/${service}/*`),
        where: equals('iam:AWSServiceName', service),
      }),
    ),
  ];
}

function equals(key: string, value: string): Condition {
  return { StringEquals: { [key]: value } };
}

/** What a push asks for. Source: AWS, "IAM permissions for pushing an image to an Amazon ECR private repository". */
function listEcrNeeds(arns: Arns): Need[] {
  const on = arns.repositories();
  return [
    look('ecr', 'DescribeRepositories DescribeImages', {
      on,
    }),
    change('ecr', 'CreateRepository ListTagsForResource DescribeImageScanFindings', {
      on,
    }),
    beside('ecr', 'TagResource', {
      on,
    }),
    build('ecr', 'DescribeRepositories DescribeImages', {
      on,
    }),
    build('ecr', 'GetAuthorizationToken'),
    besideBuilding('ecr', 'BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart', {
      on,
    }),
    besideBuilding('ecr', 'CompleteLayerUpload PutImage BatchGetImage', {
      on,
    }),
  ];
}

/** A group that is created with tags asks for TagResource. Source: AWS, API reference of CreateLogGroup. */
function listLogsNeeds(arns: Arns): Need[] {
  const on = arns.logGroups();
  return [
    change('logs', 'DescribeLogGroups'),
    change('logs', 'CreateLogGroup PutRetentionPolicy ListTagsForResource DescribeLogStreams', {
      on,
    }),
    change('logs', 'GetLogEvents', {
      on: arns.logStreams(),
    }),
    beside('logs', 'TagResource', {
      on,
    }),
  ];
}

function listCleanup({ cluster }: Plan, arns: Arns): Need[] {
  return [
    change('ecs', 'DeleteService', { on: arns.own('ecs', `service/${cluster}/*`) }),
    change('ecs', 'DeleteCluster', {
      on: [arns.cluster()],
    }),
    change('ecr', 'DeleteRepository', {
      on: arns.repositories(),
    }),
    change('logs', 'DeleteLogGroup', {
      on: arns.logGroups(),
    }),
  ];
}
