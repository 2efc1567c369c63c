"""Network load balancers: what AWS refuses of them, and where a connection to a port of one goes.

AWS, "Network Load Balancers": "Listeners", "Target groups", "Edit target group attributes", "Update the security
groups", "Update the TCP idle timeout"; that a target that is deregistered gets connections for two minutes more:
aws/containers-roadmap #470, kubernetes-sigs/aws-load-balancer-controller #2366.
"""

import random
from typing import Any

from moto.core.exceptions import ServiceException
from moto.elbv2 import models
from moto.elbv2.exceptions import DuplicateLoadBalancerName, InvalidConfigurationRequest

from ..account import backend
from ..part import Part, override
from .elb import DATAGRAMS, NETWORK_PROTOCOLS, Elb
from .elb_routing import find_balancer, read_target_group
from .security_groups import Arrival, admits

#: of AWS's load balancers in ap-northeast-2, where moto has one for all (AWS, "Elastic Load Balancing endpoints")
ZONE = "ZIBE1TIR4HY56"
IDLE_TIMEOUT = "tcp.idle_timeout.seconds"
SHORTEST_S, LONGEST_S = 60, 6000
PRESERVE = "preserve_client_ip.enabled"
TERMINATE = "deregistration_delay.connection_termination.enabled"
CREATED_WITHOUT_GROUPS = (
    "You cannot set security groups on a Network Load Balancer that was created without security groups"
)


class IncompatibleProtocols(ServiceException):
    code = "IncompatibleProtocols"


class TargetGroupAssociationLimit(ServiceException):
    code = "TargetGroupAssociationLimit"


class NetworkBalancers(Part):
    def __init__(self, elb: Elb) -> None:
        self.elb = elb

    def install(self) -> None:
        kind = models.ELBv2Backend
        override(
            kind,
            "create_load_balancer",
            create_load_balancer,
        )
        override(
            kind,
            "set_security_groups",
            set_security_groups,
        )
        override(
            kind,
            "create_target_group",
            create_target_group,
        )
        override(
            kind,
            "modify_target_group_attributes",
            modify_target_group_attributes,
        )
        override(
            kind,
            "create_listener",
            create_listener,
        )
        override(
            kind,
            "modify_listener_attributes",
            modify_listener_attributes,
        )

    def choose(self, dns_name: str, arrival: Arrival) -> tuple[Any, str] | None:
        """The group and the target that a new connection or datagram gets; None: nobody answers it."""
        balancer = find_balancer(dns_name)
        if not balancer or not admits_to_balancer(balancer, arrival):
            return None
        listener = find_listener(balancer, arrival)
        if not listener:
            return None
        group = backend("elbv2").target_groups[list_default_groups(listener)[0]]
        targets = self.list_targets(group)
        return (group, random.choice(targets)) if targets else None

    def list_targets(self, group: Any) -> list[str]:
        """Those that are healthy or were deregistered a moment ago; all where none is."""
        healthy = [ip for ip in group.targets if self.elb.read_state(group, ip) == "healthy"]
        return healthy + self.elb.list_still_asked(group) or list(group.targets)


def admits_to_balancer(balancer: Any, arrival: Arrival) -> bool:
    """One without security groups lets everybody in."""
    return not balancer.security_groups or admits(balancer.security_groups, arrival)


def find_listener(balancer: Any, arrival: Arrival) -> Any:
    wanted = (str(arrival.port), arrival.protocol.upper())
    listeners = balancer.listeners.values()
    return next((each for each in listeners if (str(each.port), each.protocol) == wanted), None)


def create_load_balancer(original: Any, moto: Any, *args: Any, **kwargs: Any) -> Any:
    kind = kwargs.get("loadbalancer_type") or "application"
    balancer = original(moto, *args, **kwargs)
    if balancer.type != kind:
        raise DuplicateLoadBalancerName()
    if kind == "network" and ":loadbalancer/app/" in balancer.arn:
        rename(
            moto,
            balancer,
            kwargs.get("tags"),
        )
    return balancer


def rename(moto: Any, balancer: Any, tags: Any) -> None:
    """As AWS names one: moto takes every load balancer for an application's."""
    del moto.load_balancers[balancer.arn]
    moto.tagging_service.delete_all_tags_for_resource(balancer.arn)
    balancer.arn = balancer.arn.replace(":loadbalancer/app/", ":loadbalancer/net/")
    balancer.dns_name = balancer.dns_name.replace(f".{moto.region_name}.elb.", f".elb.{moto.region_name}.")
    balancer.canonical_hosted_zone_id = ZONE
    balancer.was_made_with_groups = bool(balancer.security_groups)
    moto.load_balancers[balancer.arn] = balancer
    moto.tagging_service.tag_resource(balancer.arn, tags)


def set_security_groups(
    original: Any,
    moto: Any,
    arn: str,
    groups: list[str],
) -> None:
    balancer = moto.load_balancers.get(arn)
    if balancer and balancer.type == "network" and not balancer.was_made_with_groups:
        raise InvalidConfigurationRequest(CREATED_WITHOUT_GROUPS)
    original(
        moto,
        arn,
        groups,
    )


def create_target_group(original: Any, moto: Any, name: str, **kwargs: Any) -> Any:
    """With the attributes that only groups of network load balancers have."""
    if kwargs.get("protocol") in NETWORK_PROTOCOLS and kwargs.get("healthcheck_protocol") in DATAGRAMS:
        raise InvalidConfigurationRequest(f"Health check protocol '{kwargs['healthcheck_protocol']}' is not supported")
    group = original(
        moto,
        name,
        **kwargs,
    )
    if group.protocol in NETWORK_PROTOCOLS:
        is_on = str(group.protocol in DATAGRAMS).lower()
        group.attributes.update({PRESERVE: is_on, TERMINATE: is_on})
        del group.attributes["slow_start.duration_seconds"], group.attributes["load_balancing.algorithm.type"]
    return group


def modify_target_group_attributes(
    original: Any,
    moto: Any,
    arn: str,
    attributes: dict[str, Any],
) -> None:
    group = moto.target_groups.get(arn)
    for key in set(attributes) & {PRESERVE, TERMINATE} if group else ():
        if group.protocol not in NETWORK_PROTOCOLS:
            raise InvalidConfigurationRequest(f"Target group attribute key '{key}' is not recognized")
        if key == PRESERVE and group.protocol in DATAGRAMS and attributes[key] == "false":
            raise InvalidConfigurationRequest(
                f"Client IP preservation can't be disabled for {group.protocol} target groups"
            )
    original(
        moto,
        arn,
        attributes,
    )


def create_listener(original: Any, moto: Any, **asked: Any) -> Any:
    """A target group has one balancer, and both speak one protocol."""
    balancer = moto.load_balancers.get(asked["load_balancer_arn"])
    forwarding = [action for action in asked["actions"] if action["Type"] == "forward"]
    groups = [read_target_group(action) for action in forwarding] if balancer else []
    for group in groups:
        check_group(moto, balancer, asked["protocol"], group)
    return original(moto, **asked)


def list_default_groups(listener: Any) -> list[str]:
    forwarding = [action for action in listener.default_actions if action.type == "forward"]
    return [read_target_group(action.data) for action in forwarding]


def check_group(
    moto: Any,
    balancer: Any,
    protocol: str,
    arn: str,
) -> None:
    group = moto.target_groups.get(arn)
    if not group:
        return
    speaks_network = protocol in NETWORK_PROTOCOLS
    if speaks_network != (group.protocol in NETWORK_PROTOCOLS) or (speaks_network and group.protocol != protocol):
        raise IncompatibleProtocols(
            f"Target group '{arn}' has protocol {group.protocol}, which a {protocol} listener can't forward to"
        )
    if any(other != balancer.arn for other in group.load_balancer_arns):
        raise TargetGroupAssociationLimit(
            f"The following target groups cannot be associated with more than one load balancer: {arn}"
        )


def modify_listener_attributes(
    original: Any,
    moto: Any,
    listener_arn: str,
    attrs: list[dict[str, str]],
) -> Any:
    listener = moto.describe_listeners(None, [listener_arn])[0]
    for attribute in attrs:
        if attribute["Key"] != IDLE_TIMEOUT:
            continue
        if listener.protocol != "TCP":
            raise InvalidConfigurationRequest(f"'{IDLE_TIMEOUT}' is supported for TCP listeners only")
        if not SHORTEST_S <= int(attribute["Value"]) <= LONGEST_S:
            raise InvalidConfigurationRequest(
                f"'{IDLE_TIMEOUT}' value '{attribute['Value']}' must be between {SHORTEST_S} and {LONGEST_S}"
            )
    return original(
        moto,
        listener_arn,
        attrs,
    )
