"""ELB: target health over time, and load balancers that take a moment to be there."""

import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from moto.core.exceptions import ServiceException
from moto.elbv2 import models
from moto.elbv2.exceptions import DuplicateListenerError, DuplicateLoadBalancerName, InvalidConditionValueError
from moto.elbv2.ssl_policies import SSL_POLICIES

from ..account import backend
from ..part import Body, Part, Query, Routes, override
from ..settings import Settings
from .elb_routing import OUTSIDE, count_values, find_balancer, list_routing, route, serves_zone
from .ready import READY
from .security_groups import Arrival, admits, lets_out

#: the namespace of load balancers' metrics
METRICS = "AWS/ApplicationELB"
NETWORK_METRICS = "AWS/NetworkELB"
DATAGRAMS = ("UDP", "TCP_UDP")
#: protocols of a network load balancer's target groups
NETWORK_PROTOCOLS = ("TCP", "TLS", *DATAGRAMS)
#: for how long one sends new connections to a target that is deregistered: what `nlb_still_sends_s` stands for
STILL_SENDS_S = 120
#: of a rule, over all its conditions: AWS, "Quotas for your Application Load Balancers"
MOST_VALUES = 5
DELAY = "deregistration_delay.timeout_seconds"
#: (target group arn, target id)
Target = tuple[str, str]
#: state → reason code and sentence, as DescribeTargetHealth has them
REASONS = {
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "draining": (
        "Target.DeregistrationInProgress",
        "Target deregistration is in progress",
    ),
    "unused": (
        "Target.NotInUse",
        "Target group is not configured to receive traffic from the load balancer",
    ),
    "unhealthy": ("Target.FailedHealthChecks", "Health checks failed"),
    "healthy": (None, None),
}


class SslPolicyNotFound(ServiceException):
    code = "SSLPolicyNotFound"


class Answering(NamedTuple):
    """A task as a balancer's health checks meet it."""

    service: str
    #: its security groups
    groups: tuple[str, ...]


@dataclass
class Targets:
    #: when each was registered
    registered: dict[Target, float] = field(default_factory=dict)
    #: those that leave, and when they are gone
    draining: dict[Target, float] = field(default_factory=dict)
    #: those that a network load balancer still sends to, and until when
    still_asked: dict[Target, float] = field(default_factory=dict)
    #: what answers there, where that is known
    answering: dict[Target, Answering] = field(default_factory=dict)


class Elb(Part):
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.reset()

    def reset(self) -> None:
        self.targets = Targets()

    def install(self) -> None:
        override(models.FakeTargetGroup, "health_for", self.describe_health)
        override(models.ELBv2Backend, "create_load_balancer", self.create_load_balancer)
        override(models.ELBv2Backend, "create_listener", create_listener)
        override(models.ELBv2Backend, "create_rule", create_rule)
        override(models.FakeLoadBalancer, "activate", self.activate)
        override(models.ELBv2Backend, "delete_rule", self.forget_routes)
        override(models.ELBv2Backend, "delete_listener", self.forget_routes)
        override(models.ELBv2Backend, "delete_load_balancer", self.forget_routes)

    def describe_health(self, _: Any, group: Any, target: dict[str, Any], __: Any = None) -> Any:
        state = self.read_state(group, target["Id"]) if target["Id"] in group.targets else "unused"
        port = target.get("Port") or group.port
        return models.FakeHealthStatus(target["Id"], port, group.health_check_port, state, *REASONS[state])

    def forget_routes(self, original: Any, moto: Any, *args: Any, **kwargs: Any) -> Any:
        """A target group names the balancers that route to it; moto keeps those that did."""
        answer = original(moto, *args, **kwargs)
        groups = moto.target_groups.values()
        for group in groups:
            group.load_balancer_arns = list_routing(group.arn)
        return answer

    def create_load_balancer(
        self,
        original: Any,
        moto: Any,
        name: str,
        security_groups: Any,
        subnet_ids: Any,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """The same request again gets the same load balancer, as at AWS; moto refuses it."""
        existing = next((each for each in moto.load_balancers.values() if each.name == name), None)
        if existing:
            if sorted(existing.security_groups or []) != sorted(security_groups or []):
                raise DuplicateLoadBalancerName()
            return existing
        balancer = original(moto, name, security_groups, subnet_ids, *args, **kwargs)
        balancer.created_at_s = time.time()
        if kwargs.get("loadbalancer_type") != "network":
            balancer.attrs.setdefault("idle_timeout.timeout_seconds", "60")
        return balancer

    def activate(self, original: Any, balancer: Any) -> None:
        age = time.time() - getattr(balancer, "created_at_s", 0)
        if age > self.settings["alb_provisioning_s"]:
            original(balancer)

    def read_state(self, group: Any, target_id: str) -> str:
        target = (group.arn, target_id)
        if target in self.targets.draining:
            return "draining"
        if not any(serves_zone(balancer, target_id) for balancer in list_balancers(group)):
            return "unused"
        registered = self.targets.registered.get(target, 0)
        if time.time() - registered < self.settings["target_initial_s"]:
            return "initial"
        return "healthy" if self.is_answered(group, target_id) else "unhealthy"

    def is_answered(self, group: Any, target_id: str) -> bool:
        """Whether a health check reaches the task and is told that it is ready."""
        answering = self.targets.answering.get((group.arn, target_id))
        if not answering:
            return True
        asked = group.health_check_port
        port = int(group.targets[target_id]["Port"] if asked == "traffic-port" else asked)
        balancer = backend("elbv2").load_balancers[group.load_balancer_arns[0]]
        groups = tuple(balancer.security_groups or ())
        if groups and not lets_out(groups, Arrival("tcp", port, target_id, answering.groups)):
            return False
        if not admits(answering.groups, Arrival("tcp", port, groups=groups)):
            return False
        ready = READY.get(answering.service)
        return group.health_check_protocol == "TCP" or not ready or ready == (port, group.health_check_path)

    def list_still_asked(self, group: Any) -> list[str]:
        """Targets that were deregistered so lately that a network load balancer sends them new connections."""
        now = time.time()
        return [ip for (arn, ip), until in self.targets.still_asked.items() if arn == group.arn and now < until]

    def find_delay(self, arn: str) -> float:
        """Seconds in which a group's target drains: ECS stops a task no earlier."""
        group = backend("elbv2").target_groups.get(arn)
        if not group or group.protocol not in NETWORK_PROTOCOLS:
            return self.settings["deregistration_s"]
        return self.settings["nlb_still_sends_s"] * int(group.attributes[DELAY]) / STILL_SENDS_S

    def is_awaited(self, group: Any, ip: str) -> bool:
        """Registered, and not healthy yet."""
        return ip in group.targets and self.read_state(group, ip) in ("initial", "unhealthy")

    def count_healthy(self, group: Any) -> int:
        states = [self.read_state(group, target) for target in group.targets]
        return states.count("healthy")

    def is_alias_healthy(self, dns_name: str) -> bool:
        """False when any one target group has no healthy target; AWS, "Evaluate target
        health" for ELB aliases.
        """
        balancer = find_balancer(dns_name)
        if not balancer:
            return False
        groups = find_groups(balancer)
        return all(self.count_healthy(group) > 0 for group in groups)

    def register(self, arn: str, ip: str, port: int, answering: Answering) -> None:
        if group := backend("elbv2").target_groups.get(arn):
            group.register([{"Id": ip, "Port": port}])
            self.targets.registered[(arn, ip)] = time.time()
            self.targets.answering[(arn, ip)] = answering

    def deregister(self, arn: str, ip: str) -> None:
        group = backend("elbv2").target_groups.get(arn)
        if group and ip in group.targets:
            self.targets.draining[(arn, ip)] = time.time() + self.find_delay(arn)
            if group.protocol in NETWORK_PROTOCOLS:
                self.targets.still_asked[(arn, ip)] = time.time() + self.settings["nlb_still_sends_s"]

    def tick(self, now: float) -> None:
        gone = [target for target, until in self.targets.draining.items() if now >= until]
        for arn, ip in gone:
            group = backend("elbv2").target_groups.get(arn)
            if group and ip in group.targets:
                group.deregister([{"Id": ip}])
            self.targets.draining.pop((arn, ip))
            self.targets.registered.pop((arn, ip), None)
            self.targets.answering.pop((arn, ip), None)

    def routes(self) -> Routes:
        return {("GET", "/_emulator/route"): answer_route}


def create_rule(
    original: Any,
    moto: Any,
    listener_arn: str,
    conditions: list[dict[str, Any]],
    *args: Any,
    **kwargs: Any,
) -> Any:
    if sum(count_values(condition) for condition in conditions) > MOST_VALUES:
        raise InvalidConditionValueError(f"A rule can only have '{MOST_VALUES}' condition values")
    return original(moto, listener_arn, conditions, *args, **kwargs)


def create_listener(original: Any, moto: Any, **asked: Any) -> Any:
    """The same request again gets the same listener, as at AWS; moto makes another one on the port."""
    if asked["ssl_policy"] not in SSL_POLICIES:
        raise SslPolicyNotFound(f"SSL policy '{asked['ssl_policy']}' not found")
    balancer = moto.load_balancers.get(asked["load_balancer_arn"])
    listeners = balancer.listeners.values() if balancer else []
    existing = next((each for each in listeners if str(each.port) == str(asked["port"])), None)
    if not existing:
        return original(moto, **asked)
    actions = [action.data for action in existing.default_actions]
    if existing.protocol != asked["protocol"] or actions != asked["actions"]:
        raise DuplicateListenerError()
    return existing


def list_balancers(group: Any) -> list[Any]:
    """Those that forward to a target group; one that is being deleted may be gone."""
    balancers = backend("elbv2").load_balancers
    return [balancers[arn] for arn in group.load_balancer_arns if arn in balancers]


def find_groups(balancer: Any) -> list[Any]:
    """The target groups that a load balancer forwards to."""
    groups = backend("elbv2").target_groups.values()
    return [group for group in groups if balancer.arn in group.load_balancer_arns]


def answer_route(query: Query, _: Body) -> dict[str, str]:
    path, source = query.get("path", "/"), query.get("source", OUTSIDE)
    arn = route(query["balancer"], query["host"], path, source)
    # of an ARN the group's name, of `fixed-503` all
    return {"targetGroup": arn.split("/")[-2:][0]}


def make_dimensions(balancer: Any, group: Any = None) -> dict[str, str]:
    """Those of a load balancer, or of one of its target groups: the ends of their ARNs."""
    dimensions = {"LoadBalancer": balancer.arn.split("loadbalancer/")[-1]}
    if group:
        dimensions["TargetGroup"] = group.arn.split(":")[-1]
    return dimensions
