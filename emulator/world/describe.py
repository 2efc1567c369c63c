"""All that moto holds of a thing as plain data, but for times, its own ids and its place."""

import re
from collections.abc import Iterable
from enum import Enum
from typing import Any

Described = dict[str, Any]

#: what a thing is known by, and where it is: the same of all things, or of no two
NOT_COMPARED = {
    "id",
    "arn",
    "uri",
    "resource_id",
    "account_id",
    "_account_id",
    "owner_id",
    "registry_id",
    "partition",
    "region",
    "region_name",
    "client_token",
    "creator_request_id",
    "caller_reference",
}
TIMES = re.compile(r"(^|_)(created|updated|date|time|at|at_s)$")
#: fields that hold an object of moto's which is a part of the thing
PARTS = {
    "_state",
    "state_reason",
    "metadata_options",
    "block_device_mapping",
}
SCALARS = (str, int, float, bool, type(None))


def describe(thing: Any, *left_out: str) -> Described:
    found = {}
    for name, value in vars(thing).items():
        if name in NOT_COMPARED or name in left_out or TIMES.search(name):
            continue
        if name == "tags":
            found[name] = read_tags(value)
        elif name in PARTS or is_plain(value):
            found[name] = make_plain(value)
    return found


def is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(is_plain(each) for each in value.values())
    if isinstance(value, (list, tuple, set)):
        return all(is_plain(each) for each in value)
    return isinstance(value, (*SCALARS, bytes, Enum))


def make_plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): make_plain(each) for key, each in value.items()}
    if isinstance(value, set):
        return sorted(make_plain(each) for each in value)
    if isinstance(value, (list, tuple)):
        return [make_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.decode()
    return value if isinstance(value, SCALARS) else describe(value)


def read_tags(tags: Any) -> dict[str, str]:
    """AWS's services write them in three ways."""
    if isinstance(tags, dict):
        return dict(sorted(tags.items()))
    pairs = [(each.get("Key", each.get("key")), each.get("Value", each.get("value"))) for each in tags or []]
    return dict(sorted(pairs))


def describe_all(things: Iterable[Any], *left_out: str) -> dict[str, Described]:
    """Things by their names."""
    return {thing.name: describe(thing, *left_out) for thing in things}
