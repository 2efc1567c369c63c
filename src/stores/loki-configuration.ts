import type { DeadOption } from './store';

/** Settings that it no longer takes, with what stands in their place. */
const DEAD_OPTIONS: Record<string, string> = {
  'storage_config.boltdb_shipper.shared_store': 'object_store of the schema period',
  'storage_config.tsdb_shipper.shared_store': 'object_store of the schema period',
  'compactor.shared_store': 'delete_request_store',
  'chunk_store_config.max_look_back_period': 'limits_config.max_query_lookback',
  'limits_config.enforce_metric_name': 'nothing',
  'limits_config.ruler_evaluation_delay_duration': 'nothing',
  'ingester.max_transfer_retries': 'ingester.wal',
  'querier.query_timeout': 'limits_config.query_timeout',
  'query_range.split_queries_by_interval': 'limits_config.split_queries_by_interval',
  'storage_config.tsdb_shipper.use_boltdb_shipper_as_backup': 'nothing',
};

/**
 * The image's own configuration. Its ruler's folder is left out: what is said of the disk is said once.
 * Source: grafana/loki cmd/loki/Dockerfile, CMD; cmd/loki/loki-docker-config.yaml, since 3.0 as
 * https://github.com/grafana/loki/issues/10266 has it; before, its one period was boltdb-shipper, on a disk too.
 */
export const SHIPPED = {
  path: '/etc/loki/local-config.yaml',
  settings: {
    auth_enabled: false,
    common: {
      replication_factor: 1,
      ring: {
        kvstore: {
          store: 'inmemory',
        },
      },
      storage: {
        filesystem: {
          chunks_directory: '/loki/chunks',
        },
      },
    },
    schema_config: {
      configs: [
        {
          store: 'tsdb',
          object_store: 'filesystem',
          schema: 'v13',
        },
      ],
    },
  },
};

export const UPGRADE_3 = 'https://grafana.com/docs/loki/latest/setup/upgrade/#300';

export const deadOptions = Object.entries(DEAD_OPTIONS).map(([path, instead]): DeadOption => ({
  path,
  instead,
  since: '3.0.0',
  source: UPGRADE_3,
}));
