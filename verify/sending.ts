import { randomBytes } from 'node:crypto';
import type { StoreName } from '../src/stores';
import { writeProfile } from './pprof';

/** Something small that a store is sent: one line, one span, one sample, one profile. */
export interface Sending {
  /** of its image */
  port: number;
  path: string;
  /** JSON */
  body: unknown;
}

const SERVICE = 'lgtm-verify';

const nanoseconds = (at: Date): string => `${at.getTime()}000000`;

const RESOURCE = {
  attributes: [
    {
      key: 'service.name',
      value: { stringValue: SERVICE },
    },
  ],
};

function writeLine(at: Date): Sending {
  const stream = {
    stream: { job: SERVICE },
    values: [[nanoseconds(at), 'a line of verify:real']],
  };
  return {
    port: 3100,
    path: '/loki/api/v1/push',
    body: { streams: [stream] },
  };
}

/** OTLP comes in by a door of its own. */
function writeSpan(at: Date): Sending {
  const span = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: 'verify',
    kind: 1,
    startTimeUnixNano: nanoseconds(at),
    endTimeUnixNano: nanoseconds(at),
  };
  return {
    port: 4318,
    path: '/v1/traces',
    body: {
      resourceSpans: [
        {
          resource: RESOURCE,
          scopeSpans: [{ spans: [span] }],
        },
      ],
    },
  };
}

/** `up`, which every Prometheus writes. */
function writeSample(at: Date): Sending {
  const gauge = {
    dataPoints: [
      {
        timeUnixNano: nanoseconds(at),
        asDouble: 1,
      },
    ],
  };
  const metrics = [
    {
      name: 'up',
      gauge,
    },
  ];
  return {
    port: 9009,
    path: '/otlp/v1/metrics',
    body: {
      resourceMetrics: [
        {
          resource: RESOURCE,
          scopeMetrics: [{ metrics }],
        },
      ],
    },
  };
}

/** Connect's service of the distributor: api/push/v1/push.proto of grafana/pyroscope. */
function pushProfile(at: Date): Sending {
  const labels = [
    {
      name: '__name__',
      value: 'process_cpu',
    },
    {
      name: 'service_name',
      value: SERVICE,
    },
  ];
  const samples = [{ rawProfile: writeProfile(at).toString('base64') }];
  return {
    port: 4040,
    path: '/push.v1.PusherService/Push',
    body: {
      series: [
        {
          labels,
          samples,
        },
      ],
    },
  };
}

/** What each store is sent, as of a moment. */
export const SENDINGS: Record<StoreName, (at: Date) => Sending> = {
  loki: writeLine,
  tempo: writeSpan,
  mimir: writeSample,
  pyroscope: pushProfile,
};
