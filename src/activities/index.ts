import { ATTEMPTS, type Activities, type ActivityName, type InputOf, type OutputOf } from '../contract/activities';
import * as cluster from './aws/cluster';
import * as discovery from './aws/discovery';
import * as listener from './aws/listener';
import * as loadBalancer from './aws/load-balancer';
import * as logGroup from './aws/log-group';
import * as record from './aws/record';
import * as recordRestore from './aws/record-restore';
import * as repository from './aws/repository';
import * as role from './aws/role';
import * as secret from './aws/secret';
import * as securityGroup from './aws/security-group';
import * as service from './aws/service';
import * as serviceCheck from './aws/service-check';
import * as steadyState from './aws/steady-state';
import * as targetGroup from './aws/target-group';
import * as taskDefinition from './aws/task-definition';
import * as watch from './aws/watch';
import type { Deps } from './clients';
import { withFailures } from './failures';
import { connectionActivities } from './host/connections';
import { flushActivities } from './host/flush';
import { grafanaActivities } from './host/grafana';
import { hostActivities } from './host/instance';
import { stackActivities } from './host/stack';
import * as image from './images/image';
import * as scan from './images/scan';
import { preflightActivities } from './preflight';
import { sampleActivities } from './probe/samples';

/** A verb for each activity of the contract. */
type Verbs = { [N in ActivityName]: (deps: Deps, input: InputOf<N>) => Promise<OutputOf<N>> };

/**
 * Every verb by its name; one that is missing does not
 * compile. What else a module exports is never called here.
 */
const VERBS: Omit<Verbs, keyof Factories> = {
  ...cluster,
  ...discovery,
  ...image,
  ...listener,
  ...loadBalancer,
  ...logGroup,
  ...record,
  ...recordRestore,
  ...repository,
  ...role,
  ...scan,
  ...secret,
  ...securityGroup,
  ...service,
  ...serviceCheck,
  ...steadyState,
  ...targetGroup,
  ...taskDefinition,
  ...watch,
};

/**
 * All activities over the given clients; the
 * worker and the read-only commands use the same.
 */
export function createActivities(deps: Deps): Activities {
  const names = Object.keys(ATTEMPTS) as ActivityName[];
  const verbs: Verbs = { ...VERBS, ...bindFactories(deps) };
  const bind = <N extends ActivityName>(name: N) => {
    const verb = verbs[name];
    return withFailures(name, (input: InputOf<N>) => verb(deps, input));
  };
  return Object.fromEntries(names.map((name) => [name, bind(name)])) as unknown as Activities;
}

// until the merge: modules that bind themselves
type Factories = ReturnType<typeof createFromFactories>;

const createFromFactories = (deps: Deps) => ({
  ...connectionActivities(deps),
  ...flushActivities(deps),
  ...grafanaActivities(deps),
  ...hostActivities(deps),
  ...preflightActivities(deps),
  ...sampleActivities(deps),
  ...stackActivities(deps),
});

function bindFactories(deps: Deps): Pick<Verbs, keyof Factories> {
  const bound = Object.entries(createFromFactories(deps)) as [string, (input: never) => Promise<unknown>][];
  const verbs = bound.map(([name, run]) => [name, (_: Deps, input: never) => run(input)]);
  return Object.fromEntries(verbs) as Pick<Verbs, keyof Factories>;
}
