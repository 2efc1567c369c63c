"""What Route 53 refuses of a zone's content, in its own words.

AWS, developer guide of Route 53: "Choosing between alias and non-alias records",
"Values specific for weighted records", "Supported DNS record types" (CNAME).
"""

from collections.abc import Iterator

from .records import Key, Record, Records, simplify_name

HEAVIEST = 255


def find_problems(records: Records, zone_name: str) -> list[str]:
    """All that is wrong with the whole content that a zone would have."""
    problems: list[str] = []
    for key, record in records.items():
        problems += check_set(key, record, records)
        problems += check_cname(key, records, zone_name)
        problems += check_values(key, record)
        problems += check_alias(key, record, records, zone_name)
    return problems


def check_set(key: Key, record: Record, records: Records) -> Iterator[str]:
    """Records of one name and type are one simple record, or several of one policy; weighted ones have one TTL."""
    name, kind, identifier = key
    same = [other for (of, type_, _), other in records.items() if (of, type_) == (name, kind)]
    is_mixed = any(other["policy"] != record["policy"] for other in same)
    is_unmarked = (record["policy"] == "simple") != (identifier is None)
    if is_mixed or is_unmarked:
        # in AWS's words of those that are not of its kind
        yield (
            f"RRSet with DNS name {name}., type {kind}, SetIdentifier {identifier} "
            f"cannot be created as a non-{name_policy(record, same)} set exists with the same name and type."
        )
    ttls = {other["ttl"] for other in same if other["ttl"] is not None}
    if len(ttls) > 1:
        yield (f"RRSet with DNS name {name}., type {kind} has TTLs {sorted(ttls)} that differ within the set")


def name_policy(record: Record, same: list[Record]) -> str:
    policies = [
        record["policy"],
        *(other["policy"] for other in same),
    ]
    return next(
        (policy for policy in policies if policy != "simple"),
        "weighted",
    )


def check_cname(key: Key, records: Records, zone_name: str) -> Iterator[str]:
    name, kind, _ = key
    if kind == "CNAME" and any(of == name and other != "CNAME" for of, other, _ in records):
        yield (
            f"RRSet of type CNAME with DNS name {name}. is not permitted "
            f"as it conflicts with other records with the same DNS name in zone {zone_name}"
        )


def check_values(key: Key, record: Record) -> Iterator[str]:
    weight = record["weight"]
    if weight is not None and not 0 <= weight <= HEAVIEST:
        yield f"Invalid weight {weight}: must be between 0 and {HEAVIEST}"
    if not record["alias"] and (record["ttl"] is None or not record["values"]):
        yield (f"Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]] for {key[0]}.")


def check_alias(key: Key, record: Record, records: Records, zone_name: str) -> Iterator[str]:
    """An alias into its own zone leads to a record of its type."""
    if not record["alias"]:
        return
    target, kind = record["alias"][1], key[1]
    if not target.endswith(simplify_name(zone_name)):
        return
    if not any((name, other) == (target, kind) for name, other, _ in records):
        yield (
            f"Tried to create an alias that targets {target}., type {kind} in zone {zone_name}, "
            "but the alias target name does not exist"
        )
