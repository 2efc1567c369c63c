import type { Deps } from './clients';
import { clusterActivities } from './aws/cluster';
import { listConnections, watchConnections } from './host/connections';
import { discoveryActivities } from './aws/discovery';
import { withFailures } from './failures';
import { flushActivities } from './host/flush';
import {
  copyGrafana,
  countGrafana,
  listGrafanaEdits,
  lockGrafana,
  prepareGrafanaFolder,
  unlockGrafana,
} from './host/grafana';
import { awaitBackup, createBackup, startInstance, stopInstance, terminateInstance } from './host/instance';
import { imageActivities } from './images/image';
import { loadBalancerActivities } from './aws/load-balancer';
import { logGroupActivities } from './aws/log-group';
import { runPreflight } from './preflight';
import { recordActivities } from './aws/record';
import { repositoryActivities } from './aws/repository';
import { roleActivities } from './aws/role';
import { secretActivities } from './aws/secret';
import { securityGroupActivities } from './aws/security-group';
import { serviceActivities } from './aws/service';
import { awaitHost, startStack, stopStack } from './host/stack';
import { sampleActivities } from './probe/samples';
import { taskDefinitionActivities } from './aws/task-definition';
import type { Activities } from '../contract/activities';
import { watchActivities } from './aws/watch';

/** All activities over the given clients; the worker and the read-only commands use the same. */
export function createActivities(deps: Deps): Activities {
  return withFailures<Activities>({
    runPreflight: (input) => runPreflight(deps, input),
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
    stopInstance: (input) => stopInstance(deps, input),
    startInstance: (input) => startInstance(deps, input),
    terminateInstance: (input) => terminateInstance(deps, input),
    createBackup: (input) => createBackup(deps, input),
    awaitBackup: (input) => awaitBackup(deps, input),
    stopStack: (input) => stopStack(deps, input),
    startStack: (input) => startStack(deps, input),
    awaitHost: (input) => awaitHost(deps, input),
    listConnections: (input) => listConnections(deps, input),
    watchConnections: (input) => watchConnections(deps, input),
    ...flushActivities(deps),
    prepareGrafanaFolder: (input) => prepareGrafanaFolder(deps, input),
    lockGrafana: (input) => lockGrafana(deps, input),
    unlockGrafana: (input) => unlockGrafana(deps, input),
    copyGrafana: (input) => copyGrafana(deps, input),
    countGrafana: (input) => countGrafana(deps, input),
    listGrafanaEdits: (input) => listGrafanaEdits(deps, input),
    ...sampleActivities(deps),
    ...watchActivities(deps),
  });
}
