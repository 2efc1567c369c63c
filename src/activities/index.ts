import { ATTEMPTS, type Activities, type ActivityName, type InputOf, type OutputOf } from '../contract/activities';
import * as cluster from './aws/cluster';
import * as discovery from './aws/discovery';
import * as ingestBalancer from './aws/ingest-balancer';
import * as ingestGroup from './aws/ingest-group';
import * as ingestListener from './aws/ingest-listener';
import * as listener from './aws/listener';
import * as loadBalancer from './aws/load-balancer';
import * as logGroup from './aws/log-group';
import * as missingResource from './aws/missing-resource';
import * as previousDefinition from './aws/previous-definition';
import * as record from './aws/record';
import * as recordAnswers from './aws/record-answers';
import * as recordRestore from './aws/record-restore';
import * as repository from './aws/repository';
import * as requests from './aws/requests';
import * as role from './aws/role';
import * as runningStack from './aws/running-stack';
import * as secret from './aws/secret';
import * as securityGroup from './aws/security-group';
import * as service from './aws/service';
import * as serviceCheck from './aws/service-check';
import * as serviceScale from './aws/service-scale';
import * as steadyState from './aws/steady-state';
import * as targetGroup from './aws/target-group';
import * as taskDefinition from './aws/task-definition';
import * as watch from './aws/watch';
import type { Deps } from './clients';
import { withFailures } from './failures';
import * as backup from './host/backup';
import * as connections from './host/connections';
import * as flush from './host/flush';
import * as grafana from './host/grafana';
import * as instance from './host/instance';
import * as reset from './host/reset';
import * as stack from './host/stack';
import * as image from './images/image';
import * as scan from './images/scan';
import { withHeartbeats } from './pacing';
import * as preflight from './preflight';
import * as remains from './preflight/remains';
import * as memory from './probe/memory';
import * as reach from './probe/reach';
import * as received from './probe/received';
import * as rings from './probe/rings';
import * as samples from './probe/samples';
import * as storage from './probe/storage';
import * as writing from './probe/writing';
import * as start from './start';

/** A verb for each activity of the contract. */
type Verbs = { [N in ActivityName]: (deps: Deps, input: InputOf<N>) => Promise<OutputOf<N>> };

/** Every verb by its name; one that is missing does not compile. What else a module exports is never called here. */
const VERBS: Verbs = {
  ...backup,
  ...cluster,
  ...connections,
  ...discovery,
  ...flush,
  ...grafana,
  ...image,
  ...ingestBalancer,
  ...ingestGroup,
  ...ingestListener,
  ...instance,
  ...listener,
  ...loadBalancer,
  ...logGroup,
  ...memory,
  ...missingResource,
  ...preflight,
  ...previousDefinition,
  ...reach,
  ...received,
  ...record,
  ...remains,
  ...recordAnswers,
  ...recordRestore,
  ...repository,
  ...requests,
  ...reset,
  ...rings,
  ...role,
  ...samples,
  ...scan,
  ...runningStack,
  ...secret,
  ...securityGroup,
  ...service,
  ...serviceScale,
  ...serviceCheck,
  ...stack,
  ...start,
  ...steadyState,
  ...storage,
  ...targetGroup,
  ...taskDefinition,
  ...watch,
  ...writing,
};

/** All activities over the given clients; the worker and the read-only commands use the same. */
export function createActivities(deps: Deps): Activities {
  const names = Object.keys(ATTEMPTS) as ActivityName[];
  const bind = <N extends ActivityName>(name: N) => {
    const verb = VERBS[name];
    return withHeartbeats(withFailures(name, (input: InputOf<N>) => verb(deps, input)));
  };
  return Object.fromEntries(names.map((name) => [name, bind(name)])) as unknown as Activities;
}
