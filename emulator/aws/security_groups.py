"""What security groups let in and out, by protocol, port and address."""

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
    """Whether any rule of any of the groups lets it in."""
    return any(is_for(rule, arrival) for group in list_groups(group_ids) for rule in group.ingress_rules)


def lets_out(group_ids: Iterable[str], arrival: Arrival) -> bool:
    """Whether any rule of any of the groups lets it out: `address` and `groups` are those of who is to get it."""
    return any(is_for(rule, arrival) for group in list_groups(group_ids) for rule in group.egress_rules)


def list_groups(group_ids: Iterable[str]) -> Iterator[Any]:
    ec2 = backend("ec2")
    found = (ec2.get_security_group_from_id(group_id) for group_id in group_ids)
    return (group for group in found if group)


def is_for(rule: Any, arrival: Arrival) -> bool:
    return has_port(rule, arrival) and has_source(rule, arrival)


def has_port(rule: Any, arrival: Arrival) -> bool:
    if rule.ip_protocol == ANY_PROTOCOL:
        return True
    return rule.ip_protocol == arrival.protocol and rule.from_port <= arrival.port <= rule.to_port


def has_source(rule: Any, arrival: Arrival) -> bool:
    if rule.source_group.get("GroupId") in arrival.groups:
        return True
    if not arrival.address:
        return False
    address = ipaddress.ip_address(arrival.address)
    return any(address in ipaddress.ip_network(network) for network in list_networks(rule))


def list_networks(rule: Any) -> list[str]:
    """Its range, or those of its prefix list."""
    if network := rule.ip_range.get("CidrIp"):
        return [network]
    found = backend("ec2").managed_prefix_lists.get(rule.prefix_list_id)
    return [entry["Cidr"] for entry in found.entries.get(found.version, [])] if found else []
