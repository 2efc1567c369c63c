import type { Deps } from './clients';
import { clusterActivities } from './aws/cluster';
import { connectionActivities } from './host/connections';
import { discoveryActivities } from './aws/discovery';
import { withFailures } from './failures';
import { flushActivities } from './host/flush';
import { grafanaActivities } from './host/grafana';
import { hostActivities } from './host/instance';
import { imageActivities } from './images/image';
import { loadBalancerActivities } from './aws/load-balancer';
import { logGroupActivities } from './aws/log-group';
import { preflightActivities } from './preflight';
import { recordActivities } from './aws/record';
import { repositoryActivities } from './aws/repository';
import { roleActivities } from './aws/role';
import { secretActivities } from './aws/secret';
import { securityGroupActivities } from './aws/security-group';
import { serviceActivities } from './aws/service';
import { stackActivities } from './host/stack';
import { sampleActivities } from './probe/samples';
import { taskDefinitionActivities } from './aws/task-definition';
import type { Activities } from '../contract/activities';
import { watchActivities } from './aws/watch';

/** All activities over the given clients; the worker and the read-only commands use the same. */
export function createActivities(deps: Deps): Activities {
  return withFailures({
    ...preflightActivities(deps),
    ...repositoryActivities(deps),
    ...imageActivities(deps),
    ...roleActivities(deps),
    ...securityGroupActivities(deps),
    ...secretActivities(deps),
    ...logGroupActivities(deps),
    ...clusterActivities(deps),
    ...discoveryActivities(deps),
    ...loadBalancerActivities(deps),
    ...taskDefinitionActivities(deps),
    ...serviceActivities(deps),
    ...recordActivities(deps),
    ...hostActivities(deps),
    ...stackActivities(deps),
    ...connectionActivities(deps),
    ...flushActivities(deps),
    ...grafanaActivities(deps),
    ...sampleActivities(deps),
    ...watchActivities(deps),
  });
}
