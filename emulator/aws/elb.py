"""ELB: target health over time, and load balancers that take a moment to be there."""

import time
from dataclasses import dataclass, field
from typing import Any

from moto.elbv2 import models
from moto.elbv2.exceptions import DuplicateListenerError, DuplicateLoadBalancerName

from ..account import backend
from ..part import Body, Part, Query, Routes, override
from ..settings import Settings
from .elb_routing import OUTSIDE, find_balancer, list_routing, route

#: the namespace of load balancers' metrics
METRICS = "AWS/ApplicationELB"
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
    "healthy": (None, None),
}


@dataclass
class Targets:
    #: when each was registered
    registered: dict[Target, float] = field(default_factory=dict)
    #: those that leave, and when they are gone
    draining: dict[Target, float] = field(default_factory=dict)


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
        override(models.FakeLoadBalancer, "activate", self.activate)
        override(models.ELBv2Backend, "delete_rule", self.forget_routes)
        override(models.ELBv2Backend, "delete_listener", self.forget_routes)

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
        return balancer

    def activate(self, original: Any, balancer: Any) -> None:
        age = time.time() - getattr(balancer, "created_at_s", 0)
        if age > self.settings["alb_provisioning_s"]:
            original(balancer)

    def read_state(self, group: Any, target_id: str) -> str:
        target = (group.arn, target_id)
        if target in self.targets.draining:
            return "draining"
        if not group.load_balancer_arns:
            return "unused"
        registered = self.targets.registered.get(target, 0)
        age = time.time() - registered
        return "initial" if age < self.settings["target_initial_s"] else "healthy"

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

    def register(self, arn: str, ip: str, port: int) -> None:
        if group := backend("elbv2").target_groups.get(arn):
            group.register([{"Id": ip, "Port": port}])
            self.targets.registered[(arn, ip)] = time.time()

    def deregister(self, arn: str, ip: str) -> None:
        group = backend("elbv2").target_groups.get(arn)
        if group and ip in group.targets:
            self.targets.draining[(arn, ip)] = time.time() + self.settings["deregistration_s"]

    def tick(self, now: float) -> None:
        gone = [target for target, until in self.targets.draining.items() if now >= until]
        for arn, ip in gone:
            group = backend("elbv2").target_groups.get(arn)
            if group and ip in group.targets:
                group.deregister([{"Id": ip}])
            self.targets.draining.pop((arn, ip))
            self.targets.registered.pop((arn, ip), None)

    def routes(self) -> Routes:
        return {("GET", "/_emulator/route"): answer_route}


def create_listener(original: Any, moto: Any, **asked: Any) -> Any:
    """The same request again gets the same listener, as at AWS; moto makes another one on the port."""
    balancer = moto.load_balancers.get(asked["load_balancer_arn"])
    listeners = balancer.listeners.values() if balancer else []
    existing = next((each for each in listeners if str(each.port) == str(asked["port"])), None)
    if not existing:
        return original(moto, **asked)
    actions = [action.data for action in existing.default_actions]
    if existing.protocol != asked["protocol"] or actions != asked["actions"]:
        raise DuplicateListenerError()
    return existing


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
