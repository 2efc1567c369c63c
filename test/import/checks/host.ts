import type { RunningHost } from '../../../src/import/read/running';

/** A host where Mimir is older than the example says, Loki unhealthy and Tempo stopped. */
export const HOST: RunningHost = {
  instance: 'i-1',
  containers: [
    {
      Service: 'mimir',
      State: 'running',
      Image: 'grafana/mimir:3.2.0',
    },
    {
      Service: 'loki',
      State: 'running',
      Health: 'unhealthy',
      Image: 'grafana/loki:3.7.8',
    },
    {
      Service: 'tempo',
      State: 'exited',
      Image: 'grafana/tempo:2.10.8',
    },
  ],
};
