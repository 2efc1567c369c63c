"""What the stores of a host hold in memory, on disk and in S3, and what a flush does."""

from typing import Any, NamedTuple

from ..account import backend
from ..part import Part
from .configurations import BUCKET, CONFIGURATIONS, LOKI_ON_DISK, ON_DISK
from .hosts import Hosts

VOLUMES = "/var/lib/docker/volumes"
#: Loki's chunks in the world `filesystem`
CHUNKS_KB = 4_300_000
#: series, chunks, traces or profiles, whatever the store counts
IN_MEMORY = 1200


class Holding(NamedTuple):
    #: of its objects in S3
    prefix: str
    tenant: str
    #: where its data is mounted in the container, and where that is on the host
    mounted_at: str
    source: str
    size_kb: int


HOLDINGS = {
    "mimir": Holding(
        prefix="mimirblocks",
        tenant="anonymous",
        mounted_at="/data",
        source="/data/mimir",
        size_kb=402_000,
    ),
    "loki": Holding(
        prefix="loki",
        tenant="fake",
        mounted_at="/loki",
        source=f"{VOLUMES}/lgtm_loki-data/_data",
        size_kb=38_000,
    ),
    "tempo": Holding(
        prefix="tempo",
        tenant="single-tenant",
        mounted_at="/var/tempo",
        source=f"{VOLUMES}/lgtm_tempo-data/_data",
        size_kb=12_000,
    ),
    "pyroscope": Holding(
        prefix="pyroscope",
        tenant="anonymous",
        mounted_at="/data",
        source="/data/lgtm/pyroscope",
        size_kb=51_000,
    ),
}


class Holdings(Part):
    """Brings flushes to S3."""

    def __init__(self, hosts: Hosts) -> None:
        self.hosts = hosts
        self.reset()

    def reset(self) -> None:
        #: flushes that are in S3: (instance id, index)
        self.landed: set[tuple[str, int]] = set()

    def tick(self, now: float) -> None:
        """A flush that is not lost is in S3 after its delay; stubs/curl.py has its metrics."""
        for instance_id in self.hosts.find_ids():
            state = self.hosts.look(instance_id)
            for index, flushed in enumerate(state.get("flushed", [])):
                if (instance_id, index) not in self.landed and has_landed(state, flushed, now):
                    self.landed.add((instance_id, index))
                    write_object(
                        state,
                        flushed["service"],
                        f"flushed-{instance_id}-{index}-{int(now)}",
                    )


def has_landed(state: dict[str, Any], flushed: dict[str, Any], now: float) -> bool:
    name, flush = flushed["service"], state["flush"]
    if name not in HOLDINGS or name in flush["lost"]:
        return False
    return bool(now >= flushed["at"] + flush["delay_s"])


def write_object(state: dict[str, Any], name: str, key: str) -> None:
    if ON_DISK in state["configs"][name]:
        return
    holding = HOLDINGS[name]
    backend("s3").put_object(BUCKET, f"{holding.prefix}/{holding.tenant}/{key}", b"new")


def make_host_data(on_disk: bool) -> dict[str, Any]:
    """What a host's programs hold of its data.

    `on_disk`: Loki's chunks are on the host, not in S3.
    """
    sizes = {holding.source: holding.size_kb for holding in HOLDINGS.values()}
    configurations = dict(CONFIGURATIONS)
    if on_disk:
        loki = HOLDINGS["loki"].source
        sizes[loki] += CHUNKS_KB
        sizes[f"{loki}/chunks"] = CHUNKS_KB
        configurations["loki"] = LOKI_ON_DISK
    return {
        "sizes": sizes,
        "configs": configurations,
        "memory": dict.fromkeys(HOLDINGS, IN_MEMORY),
        "connections": [],
        "flush": {
            "delay_s": 0.2,
            "lost": [],
            "cut": [],
        },
        "flushes": [],
        "flushed": [],
    }


def make_mounts(name: str) -> list[dict[str, Any]]:
    """A service's mounts, as docker inspect says them."""
    configuration = {
        "Type": "bind",
        "Source": f"/opt/lgtm/{name}/config",
        "Destination": f"/etc/{name}",
        "RW": False,
    }
    if name not in HOLDINGS:
        return [configuration]
    holding = HOLDINGS[name]
    data = {
        "Type": "volume" if holding.source.startswith(VOLUMES) else "bind",
        "Source": holding.source,
        "Destination": holding.mounted_at,
        "RW": True,
    }
    return [configuration, data]


def count_objects(store: str) -> int:
    """What lies in S3 under a store's prefix."""
    if store not in HOLDINGS:
        return 0
    prefix = f"{HOLDINGS[store].prefix}/"
    return sum(key.startswith(prefix) for key in backend("s3").buckets[BUCKET].keys)
