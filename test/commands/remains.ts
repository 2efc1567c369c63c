import type { Remains, StandingRecord } from '../../src/contract/remains';

// What an earlier run may have left, as a look finds it.

export const HOST = 'i-0123456789abcdef0';
export const NAME = 'grafana.example.com';

export const RUNNING = {
  instanceId: HOST,
  state: 'running',
  publicIp: '203.0.113.7',
};
export const STOPPED = {
  ...RUNNING,
  state: 'stopped',
  run: 'r-1',
};

/** A pair whose host side had been a CNAME. */
export const HALF: StandingRecord = {
  name: NAME,
  shape: 'pair',
  weight: 50,
  saved: {
    name: NAME,
    moved: 'pair',
    original: {
      name: NAME,
      type: 'CNAME',
      values: ['lgtm.example.com'],
    },
    target: {
      name: 'lgtm.example.com',
      type: 'A',
      ttl: 60,
      values: ['203.0.113.7'],
    },
  },
};
export const FOLD: StandingRecord = {
  name: NAME,
  shape: 'fold',
  weight: 100,
};
export const MIMIR = {
  service: 'mimir',
  count: 3,
  run: 'r-1',
};

export const remainsOf = (remains: Partial<Remains> = {}): Remains => ({
  records: [],
  services: [],
  hosts: [RUNNING],
  loadBalancer: {
    dnsName: 'lgtm-alb.elb.amazonaws.com',
    hostedZoneId: 'ZALB',
    dimension: 'app/lgtm-alb/1',
  },
  ...remains,
});
