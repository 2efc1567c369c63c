import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { SERVICES } from '../../lab/services';
import type { Operator } from './operator';

/** What a service of the cluster runs. */
export interface RunningService {
  /** ARN of its task definition */
  definition: string;
  /** of its first container */
  image: string;
}

/** By service, as ECS has it. */
export async function findRunning({ asOwner }: Operator): Promise<Record<string, RunningService>> {
  const ecs = new ECSClient(asOwner);
  const asked = {
    cluster: 'lgtm-cluster',
    services: [...SERVICES],
  };
  const { services = [] } = await ecs.send(new DescribeServicesCommand(asked));
  const running = services.map(async ({ serviceName, taskDefinition: definition }) => {
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: definition }));
    const [container] = taskDefinition!.containerDefinitions!;
    const { image } = container!;
    return [serviceName!, { definition: definition!, image: image! }] as const;
  });
  return Object.fromEntries(await Promise.all(running));
}
