"""What the stores of an emulated host are set to, hold in memory and have in S3, and what a flush does."""

import boto3

from . import ssm
from . import state

BUCKET = "sys-lgtm-s3"
VOLUMES = "/var/lib/docker/volumes"
#: service → (prefix in S3, tenant, where its data is mounted, source on the host, KB there)
STORES = {
    "mimir": ("mimirblocks", "anonymous", "/data", "/data/mimir", 402_000),
    "loki": ("loki", "fake", "/loki", f"{VOLUMES}/lgtm_loki-data/_data", 38_000),
    "tempo": ("tempo", "single-tenant", "/var/tempo", f"{VOLUMES}/lgtm_tempo-data/_data", 12_000),
    "pyroscope": ("pyroscope", "anonymous", "/data", "/data/lgtm/pyroscope", 51_000),
}
ENDPOINT = "s3.ap-northeast-2.amazonaws.com"
#: as GET /config?mode=diff and its kind say it: only what is not the default
CONFIGS = {
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
LOKI_ON_DISK = """common:
  path_prefix: /loki
schema_config:
  configs:
  - {from: "2024-01-01", store: tsdb, object_store: filesystem, schema: v13}
storage_config:
  filesystem: {directory: /loki/chunks}
"""
CHUNKS_KB = 4_300_000

#: flushes that have reached S3: (instance, index)
LANDED: set[tuple[str, int]] = set()


def host(filesystem):
    """What a host's stubs hold of its data; each key can be replaced at POST /_emulator/host."""
    sizes = {source: kb for _, _, _, source, kb in STORES.values()}
    configs = dict(CONFIGS)
    if filesystem:
        loki = STORES["loki"][3]
        sizes[loki] += CHUNKS_KB
        sizes[f"{loki}/chunks"] = CHUNKS_KB
        configs["loki"] = LOKI_ON_DISK
    return {"sizes": sizes, "configs": configs, "memory": {name: 1200 for name in STORES}, "connections": [], "flush": {"delay_s": 0.2, "lost": []}, "flushes": [], "flushed": []}


def mounts(name):
    config = {"Type": "bind", "Source": f"/opt/lgtm/{name}/config", "Destination": f"/etc/{name}", "RW": False}
    if name not in STORES:
        return [config]
    _, _, destination, source, _ = STORES[name]
    return [config, {"Type": "volume" if source.startswith(VOLUMES) else "bind", "Source": source, "Destination": destination, "RW": True}]


def stock(url, filesystem):
    """Objects that the old stack has written."""
    s3 = boto3.client("s3", region_name=state.REGION, endpoint_url=url)
    for name, (prefix, tenant, *_) in STORES.items():
        if not (filesystem and name == "loki"):
            for number in range(3):
                s3.put_object(Bucket=BUCKET, Key=f"{prefix}/{tenant}/before-{number}", Body=b"old")


def tick(now):
    """A flush that is not lost is in S3 after its delay; metrics follow it, see stubs/host.py."""
    for folder in [path for path in ssm.ROOT.iterdir() if (path / "state.json").exists()] if ssm.ROOT.exists() else []:
        data = ssm.load(folder.name)
        flush = data.get("flush") or {}
        for index, flushed in enumerate(data.get("flushed", [])):
            name = flushed["service"]
            if (folder.name, index) in LANDED or name not in STORES or name in flush["lost"] or now < flushed["at"] + flush["delay_s"]:
                continue
            LANDED.add((folder.name, index))
            if "filesystem" not in data["configs"][name]:
                prefix, tenant, *_ = STORES[name]
                state.backend("s3").put_object(BUCKET, f"{prefix}/{tenant}/flushed-{folder.name}-{index}-{int(now)}", b"new")


def reset():
    LANDED.clear()
