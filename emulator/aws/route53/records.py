"""Record sets in a form in which they compare: as the API takes them, and as moto holds them."""

from typing import Any, TypedDict

#: name without the last dot, type, set identifier
Key = tuple[str, str, str | None]
#: what the API takes as a ResourceRecordSet
ResourceRecordSet = dict[str, Any]


class Record(TypedDict):
    """What a record set says; `alias`: the target's zone and name, and if its health counts."""

    ttl: int | None
    values: list[str]
    weight: int | None
    alias: tuple[str, str, str] | None
    #: `simple`, or by what Route 53 chooses among the records of a name and type
    policy: str
    health_check: str | None


Records = dict[Key, Record]

#: the key of a record set that has it → its policy; AWS, "Choosing a routing policy"
POLICIES = {
    "Weight": "weighted",
    "Region": "latency",
    "GeoLocation": "geolocation",
    "MultiValueAnswer": "multivalue",
    "Failover": "failover",
}


def simplify_name(name: str) -> str:
    return name.rstrip(".").lower()


def make_key(record_set: ResourceRecordSet) -> Key:
    return (
        simplify_name(record_set["Name"]),
        record_set["Type"],
        record_set.get("SetIdentifier"),
    )


def make_key_of_stored(stored: Any) -> Key:
    return simplify_name(stored.name), stored.type, stored.set_identifier


def make_record(record_set: ResourceRecordSet) -> Record:
    alias = record_set.get("AliasTarget")
    values = record_set.get("ResourceRecords") or []
    return {
        "ttl": to_number(record_set.get("TTL")),
        "values": sorted(each["Value"] if isinstance(each, dict) else each for each in values),
        "weight": to_number(record_set.get("Weight")),
        "alias": make_alias(alias) if alias else None,
        "policy": next((name for key, name in POLICIES.items() if record_set.get(key) is not None), "simple"),
        "health_check": record_set.get("HealthCheckId"),
    }


def make_alias(alias: dict[str, Any]) -> tuple[str, str, str]:
    evaluates_health = str(alias.get("EvaluateTargetHealth", False)).lower()
    return alias["HostedZoneId"], simplify_name(alias["DNSName"]), evaluates_health


def to_number(value: Any) -> int | None:
    return None if value is None else int(value)


def read_zone(zone: Any) -> Records:
    """All record sets of a zone of moto's."""
    return {make_key_of_stored(each): read_stored(each) for each in zone.rrsets}


def read_stored(stored: Any) -> Record:
    record_set = {
        "TTL": stored.ttl,
        "ResourceRecords": stored.records,
        "Weight": stored.weight,
        "AliasTarget": stored.alias_target,
        "Region": stored.region,
        "GeoLocation": stored.geo_location,
        "MultiValueAnswer": stored.multi_value_answer,
        "Failover": stored.failover,
        "HealthCheckId": stored.health_check_id,
    }
    return make_record(record_set)
