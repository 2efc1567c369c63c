import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { World } from '../../lab/emulator';
import type { Activities } from '../../src/contract/activities';
import type { ProbePlace } from '../../src/contract/probes';
import { CLUSTER, findGroup } from '../emulator/account';
import type { Clients } from '../emulator/clients';

const LOGS = '/ecs/lgtm-grafana';

/** Where probes run in the world `adopted`, whose log group it makes. */
export async function findProbePlace(clients: Clients, activities: Activities, world: World): Promise<ProbePlace> {
  await clients.logs.send(new CreateLogGroupCommand({ logGroupName: LOGS }));
  const { image } = await activities.resolveImage({ repository: 'lgtm-grafana' });
  return {
    owner: {
      migration: 'lgtm-migrate-lgtm-prd',
      run: 'test',
    },
    cluster: CLUSTER,
    region: 'ap-northeast-2',
    image: image!,
    executionRole: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    subnets: [world.subnets['private-a']!],
    securityGroup: await findGroup(clients),
    logGroup: LOGS,
  };
}
