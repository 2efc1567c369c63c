import type { AttemptsOf } from './attempts';
import { DEPLOYMENT_ATTEMPTS, type DeploymentActivities } from './deployments';
import { PREFLIGHT_ATTEMPTS, type PreflightActivities } from './findings';
import { GRAFANA_ATTEMPTS, type GrafanaActivities } from './grafana';
import { HOST_ATTEMPTS, type HostActivities } from './hosts';
import { IMAGE_ATTEMPTS, type ImageActivities } from './images';
import { INGEST_ATTEMPTS, type IngestActivities } from './ingest';
import { LOAD_BALANCER_ATTEMPTS, type LoadBalancerActivities } from './load-balancers';
import { PROBE_ATTEMPTS, type ProbeActivities } from './probes';
import { RECORD_ATTEMPTS, type RecordActivities } from './records';
import { REMAINS_ATTEMPTS, type RemainsActivities } from './remains';
import { RESOURCE_ATTEMPTS, type ResourceActivities } from './resources';
import { SENDER_ATTEMPTS, type SenderActivities } from './senders';
import { SERVICE_ATTEMPTS, type ServiceActivities } from './services';
import { START_ATTEMPTS, type StartActivities } from './starts';
import { STORE_ATTEMPTS, type StoreActivities } from './stores';
import { WATCH_ATTEMPTS, type WatchActivities } from './watch';

/**
 * What the workflow may ask of the world: one object in, a small object out. Every verb is idempotent: it may run
 * again after a lost reply and ends in the same state.
 */
export interface Activities
  extends
    StartActivities,
    PreflightActivities,
    ResourceActivities,
    LoadBalancerActivities,
    IngestActivities,
    ImageActivities,
    ServiceActivities,
    RecordActivities,
    WatchActivities,
    HostActivities,
    StoreActivities,
    SenderActivities,
    ProbeActivities,
    GrafanaActivities,
    DeploymentActivities,
    RemainsActivities {}

export type ActivityName = keyof Activities;
export type InputOf<N extends ActivityName> = Parameters<Activities[N]>[0];
export type OutputOf<N extends ActivityName> = Awaited<ReturnType<Activities[N]>>;

/** How each activity is tried. */
export const ATTEMPTS: AttemptsOf<Activities> = {
  ...START_ATTEMPTS,
  ...PREFLIGHT_ATTEMPTS,
  ...RESOURCE_ATTEMPTS,
  ...LOAD_BALANCER_ATTEMPTS,
  ...INGEST_ATTEMPTS,
  ...IMAGE_ATTEMPTS,
  ...SERVICE_ATTEMPTS,
  ...RECORD_ATTEMPTS,
  ...WATCH_ATTEMPTS,
  ...HOST_ATTEMPTS,
  ...STORE_ATTEMPTS,
  ...SENDER_ATTEMPTS,
  ...PROBE_ATTEMPTS,
  ...GRAFANA_ATTEMPTS,
  ...DEPLOYMENT_ATTEMPTS,
  ...REMAINS_ATTEMPTS,
};
