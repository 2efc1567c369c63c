"""Where a load balancer would send a request, by its listeners' rules."""

import fnmatch
import ipaddress
import math
from collections.abc import Iterator
from typing import Any

from ..account import backend

#: a client on the internet (RFC 5737)
OUTSIDE = "203.0.113.77"
#: where internet-facing balancers are (RFC 5737)
PUBLIC = "198.51.100"
#: what answers where no rule sends a request on
FIXED_ANSWER = "fixed-503"
HTTPS = "443"


def find_balancer(dns_name: str) -> Any:
    wanted = dns_name.rstrip(".").lower()
    balancers = backend("elbv2").load_balancers.values()
    return next(
        (each for each in balancers if each.dns_name.lower() == wanted),
        None,
    )


def list_addresses(balancer: Any) -> list[str]:
    """To which its name leads: one for each of its subnets, as the elastic network interfaces there have them."""
    number = list(backend("elbv2").load_balancers).index(balancer.arn)
    if balancer.scheme == "internet-facing":
        return [f"{PUBLIC}.{16 * number + place + 1}" for place, _ in enumerate(balancer.subnets)]
    networks = [ipaddress.ip_network(backend("ec2").get_subnet(subnet).cidr_block) for subnet in balancer.subnets]
    return [str(network.broadcast_address - number - 1) for network in networks]


def serves_zone(balancer: Any, ip: str) -> bool:
    """Whether a target's zone is one of the balancer's; an address in no subnet may be anywhere."""
    subnets = [subnet for zone in backend("ec2").subnets.values() for subnet in zone.values()]
    address = ipaddress.ip_address(ip)
    zones = {each.availability_zone for each in subnets if address in ipaddress.ip_network(each.cidr_block)}
    # ids of a new one, and subnets once they were set
    own = {getattr(subnet, "id", subnet) for subnet in balancer.subnets}
    served = {each.availability_zone for each in subnets if each.id in own}
    return not zones or bool(zones & served)


def route(
    dns_name: str,
    host: str,
    path: str = "/",
    source: str = OUTSIDE,
) -> str:
    """The target group's ARN of the first rule that takes the request, or FIXED_ANSWER: what a rule answers itself
    reaches nobody either.
    """
    taking = find_rule(dns_name, host, path, source)
    forward = (
        next(
            (action for action in taking.actions if action.type == "forward"),
            None,
        )
        if taking
        else None
    )
    arn = read_target_group(forward.data) if forward else ""
    return arn if arn in backend("elbv2").target_groups else FIXED_ANSWER


def asks_to_sign_in(
    dns_name: str,
    host: str,
    path: str,
    source: str,
) -> bool:
    """Whether whoever has no session yet is sent to sign in first."""
    taking = find_rule(dns_name, host, path, source)
    return bool(taking) and any(action.type.startswith("authenticate-") for action in taking.actions)


def find_rule(
    dns_name: str,
    host: str,
    path: str,
    source: str,
) -> Any:
    balancer = find_balancer(dns_name)
    rules = order_rules(balancer) if balancer else iter(())
    return next(
        (rule for rule in rules if takes_all(rule, host, path, source)),
        None,
    )


def takes_all(
    rule: Any,
    host: str,
    path: str,
    source: str,
) -> bool:
    return all(takes(condition, host, path, source) for condition in rule.conditions)


def list_routing(group: str) -> list[str]:
    """Balancers of which a rule or a listener forwards to a target group."""
    balancers = backend("elbv2").load_balancers.values()
    return [balancer.arn for balancer in balancers if group in list_targets(balancer)]


def list_targets(balancer: Any) -> list[str]:
    targets: list[str] = []
    for listener in balancer.listeners.values():
        for rule in listener.rules.values():
            for action in rule.actions:
                if action.type == "forward":
                    targets.extend(read_target_groups(action.data))
    return targets


def order_rules(balancer: Any) -> Iterator[Any]:
    """Rules in the order in which those who come by HTTPS are tried by them; last what is done by default."""
    for listener in balancer.listeners.values():
        if str(listener.port) == HTTPS:
            yield from sorted(listener.rules.values(), key=read_place)


def read_place(rule: Any) -> float:
    return math.inf if str(rule.priority) == "default" else int(rule.priority)


def takes(
    condition: dict[str, Any],
    host: str,
    path: str,
    source: str,
) -> bool:
    """A GET with no header and no query of its own. Hosts are compared in any case, paths are not."""
    field = condition["Field"]
    if field == "source-ip":
        address = ipaddress.ip_address(source)
        networks = condition["SourceIpConfig"]["Values"]
        return any(address in ipaddress.ip_network(network) for network in networks)
    if field == "http-request-method":
        return "GET" in condition["HttpRequestMethodConfig"]["Values"]
    if field == "host-header":
        return any(fnmatch.fnmatchcase(host.lower(), pattern.lower()) for pattern in read_patterns(condition))
    if field == "path-pattern":
        return any(fnmatch.fnmatchcase(path, pattern) for pattern in read_patterns(condition))
    return False


def read_patterns(condition: dict[str, Any]) -> list[str]:
    """AWS takes a condition's values beside its field or in its own configuration."""
    for found in (
        condition,
        condition.get("HostHeaderConfig", {}),
        condition.get("PathPatternConfig", {}),
    ):
        if found.get("Values"):
            return list(found["Values"])
    return []


def count_values(condition: dict[str, Any]) -> int:
    parts = [condition, *(part for part in condition.values() if isinstance(part, dict))]
    return sum(len(part.get("Values") or []) for part in parts)


def read_target_group(action: dict[str, Any]) -> str:
    """The one that gets most."""
    if arn := action.get("TargetGroupArn"):
        return str(arn)
    groups = action["ForwardConfig"]["TargetGroups"]
    return str(max(groups, key=lambda group: int(group.get("Weight", 1)))["TargetGroupArn"])


def read_target_groups(action: dict[str, Any]) -> list[str]:
    """Of any weight: a group at 0 belongs to the balancer too."""
    if arn := action.get("TargetGroupArn"):
        return [str(arn)]
    return [str(group["TargetGroupArn"]) for group in action["ForwardConfig"]["TargetGroups"]]
