"""What the stores of a host answer for their configuration: only what is not the
default, as their APIs say it.
"""

BUCKET = "sys-lgtm-s3"
ENDPOINT = "s3.ap-northeast-2.amazonaws.com"

#: GET /config?mode=diff and its kind
CONFIGURATIONS = {
    "mimir": f"""blocks_storage:
  backend: s3
  s3:
    bucket_name: {BUCKET}
    endpoint: {ENDPOINT}
    secret_access_key: '********'
  storage_prefix: mimirblocks
common:
  storage:
    backend: s3
ruler_storage:
  backend: s3
  s3: {{bucket_name: {BUCKET}, endpoint: {ENDPOINT}}}
  storage_prefix: mimirruler
""",
    "loki": f"""common:
  path_prefix: /loki
schema_config:
  configs:
  - {{from: "2024-01-01", store: tsdb, object_store: s3, schema: v12}}
  - {{from: "2024-10-01", store: tsdb, object_store: s3, schema: v13}}
storage_config:
  aws: {{bucketnames: {BUCKET}, region: ap-northeast-2}}
  object_prefix: loki
""",
    "tempo": f"""storage:
  trace:
    backend: s3
    s3: {{bucket: {BUCKET}, prefix: tempo, endpoint: {ENDPOINT}}}
""",
    "pyroscope": f"""storage:
  backend: s3
  prefix: pyroscope
  s3: {{bucket_name: {BUCKET}, endpoint: {ENDPOINT}}}
""",
}
#: Loki's in the world `filesystem`
LOKI_ON_DISK = """common:
  path_prefix: /loki
schema_config:
  configs:
  - {from: "2024-01-01", store: tsdb, object_store: filesystem, schema: v13}
storage_config:
  filesystem: {directory: /loki/chunks}
"""
