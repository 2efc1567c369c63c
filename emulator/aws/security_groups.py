"""What security groups let in, by protocol, port and source."""

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..account import backend

#: EC2's word for every protocol; such a rule names no ports
ANY_PROTOCOL = "-1"


class Arrival(NamedTuple):
    """Something that wants in."""

    protocol: str
    port: int
    #: empty where it is known by its groups alone
    address: str = ""
    #: security groups of who sends it
    groups: tuple[str, ...] = ()


def admits(group_ids: Iterable[str], arrival: Arrival) -> bool:
    """Whether any rule of any of the groups is for it."""
    return any(is_for(rule, arrival) for rule in list_rules(group_ids))


def list_rules(group_ids: Iterable[str]) -> Iterator[Any]:
    ec2 = backend("ec2")
    for group_id in group_ids:
        group = ec2.get_security_group_from_id(group_id)
        yield from group.ingress_rules if group else ()


def is_for(rule: Any, arrival: Arrival) -> bool:
    return has_port(rule, arrival) and has_source(rule, arrival)


def has_port(rule: Any, arrival: Arrival) -> bool:
    if rule.ip_protocol == ANY_PROTOCOL:
        return True
    return rule.ip_protocol == arrival.protocol and rule.from_port <= arrival.port <= rule.to_port


def has_source(rule: Any, arrival: Arrival) -> bool:
    if rule.source_group.get("GroupId") in arrival.groups:
        return True
    network = rule.ip_range.get("CidrIp")
    if not network or not arrival.address:
        return False
    return ipaddress.ip_address(arrival.address) in ipaddress.ip_network(network)
