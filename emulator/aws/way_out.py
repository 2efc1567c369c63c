"""Whether a task reaches what it starts with: its image, its secrets, its log group."""

from typing import Any

from ..account import backend
from .security_groups import Arrival, admits, has_port, list_groups

#: of endpoints, by the ends of their names
SERVICES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
HTTPS = 443


def reaches_aws(groups: tuple[str, ...], ip: str) -> bool:
    """Its groups let HTTPS out, and each endpoint that is asked in AWS's place lets the task in."""
    if not groups:
        return True
    arrival = Arrival("tcp", HTTPS, ip, groups)
    return lets_https_out(groups) and all(admits(each.security_group_ids, arrival) for each in list_endpoints())


def lets_https_out(groups: tuple[str, ...]) -> bool:
    """To whatever address: through a NAT gateway or to an endpoint."""
    rules = [rule for group in list_groups(groups) for rule in group.egress_rules]
    return any(has_port(rule, Arrival("tcp", HTTPS)) for rule in rules)


def list_endpoints() -> list[Any]:
    """Those with private names: whoever asks for the service comes to them, whatever routes there are."""
    endpoints = backend("ec2").vpc_end_points.values()
    return [each for each in endpoints if each.private_dns_enabled and each.service_name.endswith(SERVICES)]
