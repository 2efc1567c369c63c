import type { Deps } from './aws';
import { clusterActivities } from './cluster';
import { connectionActivities } from './connection';
import { discoveryActivities } from './discovery';
import { withFailures } from './failures';
import { flushActivities } from './flush';
import { grafanaActivities } from './grafana';
import { hostActivities } from './host';
import { imageActivities } from './image';
import { loadBalancerActivities } from './load-balancer';
import { logGroupActivities } from './log-group';
import { preflightActivities } from './preflight';
import { recordActivities } from './record';
import { repositoryActivities } from './repository';
import { roleActivities } from './role';
import { secretActivities } from './secret';
import { securityGroupActivities } from './security-group';
import { serviceActivities } from './service';
import { stackActivities } from './stack';
import { sampleActivities } from './samples';
import { taskDefinitionActivities } from './task-definition';
import type { Activities } from './types';
import { watchActivities } from './watch';

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
