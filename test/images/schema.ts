import { z } from 'zod';
import { configurationOf, type Environment, type Store } from './configuration';

/**
 * The options that are set, with the types that the vendors'
 * references give them: Mimir's cmd/mimir/config-descriptor.json
 * (main of 2026-04), Loki's docs/sources/shared/configuration.md
 * (v3.7.8), Tempo's docs/sources/tempo/configuration/manifest.md,
 * Pyroscope's reference-configuration-parameters. Strict: an option
 * that is not listed is a typing error, as it is for the stores.
 */
const object = z.strictObject;
const text = z.string().min(1);
const duration = z.string().regex(/^(\d+(ms|s|m|h))+$/);
const address = z.ipv4();
const port = z.int().min(1).max(65535);
const prefix = z
  .string()
  .regex(/^[\w/-]*$/)
  .nullable();
const server = {
  http_listen_port: port,
  grpc_listen_port: port,
  graceful_shutdown_timeout: duration,
  log_level: z.enum(['debug', 'info', 'warn', 'error']),
  log_format: z.literal('json'),
};
const memberlist = object({
  cluster_label: text,
  advertise_addr: address,
  bind_port: z.literal(7946),
  join_members: z.array(z.string().regex(/^dns\+[\w.-]+:7946$/)).min(1),
  rejoin_interval: duration,
  left_ingesters_timeout: duration.optional(),
  abort_if_cluster_join_fails: z.boolean().optional(),
});
const kvstore = object({ store: z.literal('memberlist') });
const ring = object({ instance_addr: address, kvstore });

const SCHEMAS: Record<Store, z.ZodType> = {
  mimir: object({
    target: text,
    multitenancy_enabled: z.boolean(),
    shutdown_delay: duration,
    server: object(server),
    common: object({
      storage: object({
        backend: z.literal('s3'),
        s3: object({ bucket_name: text, region: text, endpoint: text, insecure: z.boolean() }),
      }),
    }),
    memberlist,
    distributor: object({ ring }),
    ingester: object({
      ring: object({
        instance_addr: address,
        kvstore,
        replication_factor: z.int().min(1),
        unregister_on_shutdown: z.boolean(),
        min_ready_duration: duration,
        final_sleep: duration,
      }),
    }),
    store_gateway: object({
      sharding_ring: object({
        instance_addr: address,
        kvstore,
        replication_factor: z.int().min(1),
        unregister_on_shutdown: z.boolean(),
        wait_stability_min_duration: duration,
      }),
    }),
    compactor: object({ data_dir: text, cleanup_interval: duration, sharding_ring: ring }),
    query_scheduler: object({ ring }),
    querier: object({ query_store_after: duration, ring }),
    frontend: object({ address, scheduler_address: text }),
    frontend_worker: object({ scheduler_address: text }),
    ruler: object({ rule_path: text, alertmanager_url: z.string(), ring }),
    // Mimir refuses anything but letters and digits
    ruler_storage: object({ backend: z.literal('s3'), storage_prefix: z.string().regex(/^[A-Za-z0-9]*$/) }),
    blocks_storage: object({
      backend: z.literal('s3'),
      storage_prefix: z.string().regex(/^[A-Za-z0-9]*$/),
      tsdb: object({
        dir: text,
        flush_blocks_on_shutdown: z.boolean(),
        ship_interval: duration,
        retention_period: duration,
      }),
      bucket_store: object({ sync_dir: text, sync_interval: duration, ignore_blocks_within: duration }),
    }),
    limits: object({
      out_of_order_time_window: duration,
      max_global_series_per_user: z.int(),
      ingestion_rate: z.number(),
      ingestion_burst_size: z.int(),
      compactor_blocks_retention_period: duration,
      otel_metric_suffixes_enabled: z.boolean(),
    }),
    usage_stats: object({ enabled: z.boolean() }),
  }),
  loki: object({
    target: text,
    auth_enabled: z.boolean(),
    server: object(server),
    common: object({
      path_prefix: text,
      instance_addr: address,
      replication_factor: z.int().min(1),
      ring,
      storage: object({
        s3: object({
          bucketnames: text,
          region: text,
          endpoint: text.nullable(),
          insecure: z.boolean(),
          s3forcepathstyle: z.boolean(),
        }),
      }),
    }),
    memberlist,
    schema_config: object({
      configs: z
        .array(
          object({
            from: z.iso.date(),
            store: z.enum(['tsdb', 'boltdb-shipper']),
            object_store: text,
            schema: z.enum(['v11', 'v12', 'v13']),
            index: object({ prefix: text, period: z.literal('24h') }),
          }),
        )
        .min(1),
    }),
    storage_config: object({
      object_prefix: prefix,
      tsdb_shipper: object({ active_index_directory: text, cache_location: text, resync_interval: duration }),
    }),
    ingester: object({
      wal: object({ enabled: z.boolean(), dir: text, flush_on_shutdown: z.boolean() }),
      lifecycler: object({
        unregister_on_shutdown: z.boolean(),
        min_ready_duration: duration,
        final_sleep: duration,
        // one that was killed keeps no other from being ready: grafana/tempo#918, grafana/mimir#48
        readiness_check_ring_health: z.literal(false),
      }),
      autoforget_unhealthy: z.boolean(),
      chunk_idle_period: duration,
      max_chunk_age: duration,
    }),
    compactor: object({
      working_directory: text,
      compaction_interval: duration,
      retention_enabled: z.boolean(),
      delete_request_store: text,
    }),
    ruler: object({ alertmanager_url: z.string(), enabled_tenants: z.string(), enable_alertmanager_v2: z.boolean() }),
    limits_config: object({
      allow_structured_metadata: z.boolean(),
      retention_period: duration,
      ingestion_rate_mb: z.number(),
      ingestion_burst_size_mb: z.number(),
      reject_old_samples_max_age: duration,
    }),
    analytics: object({ reporting_enabled: z.boolean() }),
  }),
  tempo: object({
    target: text,
    stream_over_http_enabled: z.boolean(),
    server: object(server),
    distributor: object({
      receivers: object({
        otlp: object({ protocols: object({ grpc: object({ endpoint: text }), http: object({ endpoint: text }) }) }),
      }),
    }),
    ingester: object({
      trace_idle_period: duration,
      max_block_duration: duration,
      flush_all_on_shutdown: z.boolean(),
      lifecycler: object({
        ring: object({ replication_factor: z.literal(1), kvstore: object({ store: z.literal('inmemory') }) }),
      }),
    }),
    query_frontend: object({ search: object({ query_backend_after: duration }) }),
    compactor: object({ disabled: z.boolean(), compaction: object({ block_retention: duration }) }),
    storage: object({
      trace: object({
        backend: z.literal('s3'),
        blocklist_poll: duration,
        wal: object({ path: text }),
        s3: object({
          bucket: text,
          prefix,
          region: text,
          endpoint: text,
          insecure: z.boolean(),
          forcepathstyle: z.boolean(),
        }),
      }),
    }),
    usage_report: object({ reporting_enabled: z.boolean() }),
  }),
  pyroscope: object({
    target: text,
    multitenancy_enabled: z.boolean(),
    server: object(server),
    memberlist,
    ingester: object({
      lifecycler: object({
        address,
        unregister_on_shutdown: z.boolean(),
        final_sleep: duration,
        ring: object({ replication_factor: z.literal(1), kvstore }),
      }),
    }),
    distributor: object({ ring }),
    frontend: object({ address }),
    query_scheduler: object({ ring }),
    store_gateway: object({
      sharding_ring: object({ instance_addr: address, replication_factor: z.literal(1), kvstore }),
      bucket_store: object({ sync_dir: text, sync_interval: duration, ignore_blocks_within: duration }),
    }),
    querier: object({ query_store_after: duration }),
    compactor: object({ data_dir: text, cleanup_interval: duration, sharding_ring: ring }),
    overrides_exporter: object({ ring }),
    pyroscopedb: object({ data_path: text, max_block_duration: duration }),
    storage: object({
      backend: z.literal('s3'),
      prefix,
      s3: object({ bucket_name: text, region: text, endpoint: text, insecure: z.boolean() }),
    }),
    limits: object({ compactor_blocks_retention_period: duration }),
    analytics: object({ reporting_enabled: z.boolean() }),
  }),
};

/** Options that a store does not know or that have another type. */
export function issuesOf(store: Store, given: Environment): unknown {
  const configuration = configurationOf(store, given);
  const { error } = SCHEMAS[store].safeParse(configuration);
  return error?.issues;
}
