import type { ComponentName } from '../../plan/versions';

/** An option that a version no longer has: a path of the configuration file, or a variable of Grafana's. */
export interface DeadOption {
  component: ComponentName;
  path: string;
  /** the first version without it */
  since: string;
  instead: string;
  source: string;
}

const MIMIR_2_12 = 'https://grafana.com/docs/mimir/latest/release-notes/v2.12/';
const LOKI_3 = 'https://grafana.com/docs/loki/latest/setup/upgrade/#300';
const TEMPO_3 = 'https://grafana.com/docs/tempo/latest/set-up-for-tracing/setup-tempo/upgrade/';

const loki = (path: string, instead: string): DeadOption => ({
  component: 'loki',
  path,
  since: '3.0.0',
  instead,
  source: LOKI_3,
});
const tempo = (path: string, instead: string): DeadOption => ({
  component: 'tempo',
  path,
  since: '3.0.0',
  instead,
  source: TEMPO_3,
});

export const DEAD_OPTIONS: DeadOption[] = [
  {
    component: 'mimir',
    path: 'frontend.cache_unaligned_requests',
    since: '2.12.0',
    instead: 'limits.cache_unaligned_requests',
    source: MIMIR_2_12,
  },
  {
    component: 'mimir',
    path: 'ingester.return_only_grpc_errors',
    since: '2.14.0',
    instead: 'nothing',
    source: MIMIR_2_12,
  },
  loki('storage_config.boltdb_shipper.shared_store', 'object_store of the schema period'),
  loki('storage_config.tsdb_shipper.shared_store', 'object_store of the schema period'),
  loki('compactor.shared_store', 'delete_request_store'),
  loki('chunk_store_config.max_look_back_period', 'limits_config.max_query_lookback'),
  loki('limits_config.enforce_metric_name', 'nothing'),
  loki('limits_config.ruler_evaluation_delay_duration', 'nothing'),
  loki('ingester.max_transfer_retries', 'ingester.wal'),
  loki('querier.query_timeout', 'limits_config.query_timeout'),
  loki('query_range.split_queries_by_interval', 'limits_config.split_queries_by_interval'),
  loki('storage_config.tsdb_shipper.use_boltdb_shipper_as_backup', 'nothing'),
  tempo('ingester', 'nothing: block builders and live stores replace it'),
  tempo('compactor', 'backend_scheduler and backend_worker'),
  tempo('partition_ring_live_store', 'nothing'),
  {
    component: 'grafana',
    path: 'GF_ALERTING_ENABLED',
    since: '11.0.0',
    instead: 'GF_UNIFIED_ALERTING_ENABLED',
    source: 'https://github.com/grafana/grafana/pull/83651',
  },
];
