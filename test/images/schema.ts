import { z } from 'zod';
import type { Store } from './configuration';

/**
 * The options that are set, with the types that the vendors' references give them: Mimir's
 * cmd/mimir/config-descriptor.json (main of 2026-04), Loki's docs/sources/shared/configuration.md (v3.7.8),
 * Tempo's docs/sources/tempo/configuration/manifest.md, Pyroscope's reference-configuration-parameters.
 * Strict: an option that is not listed is a typing error, as it is for the stores.
 */
const o = z.strictObject;
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
const memberlist = o({
  cluster_label: text,
  advertise_addr: address,
  bind_port: z.literal(7946),
  join_members: z.array(z.string().regex(/^dns\+[\w.-]+:7946$/)).min(1),
  rejoin_interval: duration,
  left_ingesters_timeout: duration.optional(),
  abort_if_cluster_join_fails: z.boolean().optional(),
});
const kvstore = o({ store: z.literal('memberlist') });
const ring = o({ instance_addr: address, kvstore });

export const SCHEMAS: Record<Store, z.ZodType> = {
  mimir: o({
    target: text,
    multitenancy_enabled: z.boolean(),
    shutdown_delay: duration,
    server: o(server),
    common: o({
      storage: o({
        backend: z.literal('s3'),
        s3: o({ bucket_name: text, region: text, endpoint: text, insecure: z.boolean() }),
      }),
    }),
    memberlist,
    distributor: o({ ring }),
    ingester: o({
      ring: o({
        instance_addr: address,
        kvstore,
        replication_factor: z.int().min(1),
        unregister_on_shutdown: z.boolean(),
        min_ready_duration: duration,
        final_sleep: duration,
      }),
    }),
    store_gateway: o({
      sharding_ring: o({
        instance_addr: address,
        kvstore,
        replication_factor: z.int().min(1),
        unregister_on_shutdown: z.boolean(),
        wait_stability_min_duration: duration,
      }),
    }),
    compactor: o({ data_dir: text, cleanup_interval: duration, sharding_ring: ring }),
    query_scheduler: o({ ring }),
    querier: o({ query_store_after: duration, ring }),
    frontend: o({ address, scheduler_address: text }),
    frontend_worker: o({ scheduler_address: text }),
    ruler: o({ rule_path: text, alertmanager_url: z.string(), ring }),
    // Mimir refuses anything but letters and digits
    ruler_storage: o({ backend: z.literal('s3'), storage_prefix: z.string().regex(/^[A-Za-z0-9]*$/) }),
    blocks_storage: o({
      backend: z.literal('s3'),
      storage_prefix: z.string().regex(/^[A-Za-z0-9]*$/),
      tsdb: o({
        dir: text,
        flush_blocks_on_shutdown: z.boolean(),
        ship_interval: duration,
        retention_period: duration,
      }),
      bucket_store: o({ sync_dir: text, sync_interval: duration, ignore_blocks_within: duration }),
    }),
    limits: o({
      out_of_order_time_window: duration,
      max_global_series_per_user: z.int(),
      ingestion_rate: z.number(),
      ingestion_burst_size: z.int(),
      compactor_blocks_retention_period: duration,
      otel_metric_suffixes_enabled: z.boolean(),
    }),
    usage_stats: o({ enabled: z.boolean() }),
  }),
  loki: o({
    target: text,
    auth_enabled: z.boolean(),
    server: o(server),
    common: o({
      path_prefix: text,
      instance_addr: address,
      replication_factor: z.int().min(1),
      ring,
      storage: o({
        s3: o({
          bucketnames: text,
          region: text,
          endpoint: text.nullable(),
          insecure: z.boolean(),
          s3forcepathstyle: z.boolean(),
        }),
      }),
    }),
    memberlist,
    schema_config: o({
      configs: z
        .array(
          o({
            from: z.iso.date(),
            store: z.enum(['tsdb', 'boltdb-shipper']),
            object_store: text,
            schema: z.enum(['v11', 'v12', 'v13']),
            index: o({ prefix: text, period: z.literal('24h') }),
          }),
        )
        .min(1),
    }),
    storage_config: o({
      object_prefix: prefix,
      tsdb_shipper: o({ active_index_directory: text, cache_location: text, resync_interval: duration }),
    }),
    ingester: o({
      wal: o({ enabled: z.boolean(), dir: text, flush_on_shutdown: z.boolean() }),
      lifecycler: o({ unregister_on_shutdown: z.boolean(), min_ready_duration: duration, final_sleep: duration }),
      autoforget_unhealthy: z.boolean(),
      chunk_idle_period: duration,
      max_chunk_age: duration,
    }),
    compactor: o({
      working_directory: text,
      compaction_interval: duration,
      retention_enabled: z.boolean(),
      delete_request_store: text,
    }),
    ruler: o({ alertmanager_url: z.string(), enabled_tenants: z.string(), enable_alertmanager_v2: z.boolean() }),
    limits_config: o({
      allow_structured_metadata: z.boolean(),
      retention_period: duration,
      ingestion_rate_mb: z.number(),
      ingestion_burst_size_mb: z.number(),
      reject_old_samples_max_age: duration,
    }),
    analytics: o({ reporting_enabled: z.boolean() }),
  }),
  tempo: o({
    target: text,
    stream_over_http_enabled: z.boolean(),
    server: o(server),
    distributor: o({
      receivers: o({ otlp: o({ protocols: o({ grpc: o({ endpoint: text }), http: o({ endpoint: text }) }) }) }),
    }),
    ingester: o({
      trace_idle_period: duration,
      max_block_duration: duration,
      flush_all_on_shutdown: z.boolean(),
      lifecycler: o({ ring: o({ replication_factor: z.literal(1), kvstore: o({ store: z.literal('inmemory') }) }) }),
    }),
    query_frontend: o({ search: o({ query_backend_after: duration }) }),
    compactor: o({ disabled: z.boolean(), compaction: o({ block_retention: duration }) }),
    storage: o({
      trace: o({
        backend: z.literal('s3'),
        blocklist_poll: duration,
        wal: o({ path: text }),
        s3: o({
          bucket: text,
          prefix,
          region: text,
          endpoint: text,
          insecure: z.boolean(),
          forcepathstyle: z.boolean(),
        }),
      }),
    }),
    usage_report: o({ reporting_enabled: z.boolean() }),
  }),
  pyroscope: o({
    target: text,
    multitenancy_enabled: z.boolean(),
    server: o(server),
    memberlist,
    ingester: o({
      lifecycler: o({
        address,
        unregister_on_shutdown: z.boolean(),
        final_sleep: duration,
        ring: o({ replication_factor: z.literal(1), kvstore }),
      }),
    }),
    distributor: o({ ring }),
    frontend: o({ address }),
    query_scheduler: o({ ring }),
    store_gateway: o({
      sharding_ring: o({ instance_addr: address, replication_factor: z.literal(1), kvstore }),
      bucket_store: o({ sync_dir: text, sync_interval: duration, ignore_blocks_within: duration }),
    }),
    querier: o({ query_store_after: duration }),
    compactor: o({ data_dir: text, cleanup_interval: duration, sharding_ring: ring }),
    overrides_exporter: o({ ring }),
    pyroscopedb: o({ data_path: text, max_block_duration: duration }),
    storage: o({
      backend: z.literal('s3'),
      prefix,
      s3: o({ bucket_name: text, region: text, endpoint: text, insecure: z.boolean() }),
    }),
    limits: o({ compactor_blocks_retention_period: duration }),
    analytics: o({ reporting_enabled: z.boolean() }),
  }),
};
