"""What a client is connected to, and whether that still serves."""

import random
from collections import Counter
from typing import Any, Protocol

from ..account import backend
from ..aws.ecs.part import find_running_tasks
from ..aws.ecs.service_tasks import BY_SCHEDULER, ServiceTask
from ..aws.elb import Elb
from ..aws.elb_routing import FIXED_ANSWER, find_balancer, route
from ..aws.instances import find_by_ip, find_by_private_ip, is_running
from ..aws.security_groups import Arrival, admits
from ..host.hosts import Hosts

#: at which load balancers are asked
PORT = 443


class LostError(Exception):
    """A request that nobody served."""

    def __init__(self, side: str, to: str, why: str) -> None:
        """`side` is host, ecs or nowhere, and `to` where on it the request went."""
        super().__init__(why)
        self.side = side
        self.to = to

    def describe(self) -> dict[str, str]:
        return {
            "side": self.side,
            "to": self.to,
            "why": str(self),
        }


class UnansweredError(LostError):
    """Not even the load balancer said something."""


class Connection(Protocol):
    side: str
    #: where it leads, in words
    to: str

    def is_open(self) -> bool:
        """Serves a request; False: the other side has closed it in order.

        Raises LostError where the request goes out and is not answered.
        """


class HostConnection:
    side = "host"

    def __init__(self, hosts: Hosts, address: str, *, is_inside: bool) -> None:
        """Private addresses are reached from inside the VPC only."""
        instance = find_by_ip(address) or (find_by_private_ip(address) if is_inside else None)
        if not instance:
            raise LostError(self.side, address, f"no instance has the address {address}")
        self.hosts = hosts
        self.instance = instance
        self.to = address

    def is_open(self) -> bool:
        if not is_running(self.instance):
            raise LostError(self.side, self.to, f"{self.instance.id} is {self.instance._state.name}")
        if not self.hosts.is_serving(self.instance.id):
            raise LostError(self.side, self.to, f"not all containers of {self.instance.id} run")
        return True


class TargetConnection:
    side = "ecs"

    def __init__(self, balancer: str, group: Any, task: ServiceTask) -> None:
        self.balancer = balancer
        self.group = group
        self.task = task
        self.to = f"{group.name} {task.ip}"

    def is_open(self) -> bool:
        """A target that is deregistered keeps its connections until the delay is over."""
        if not find_balancer(self.balancer):
            raise LostError(self.side, self.to, f"{self.balancer} is deleted")
        if self.task.is_running:
            return True
        if self.task.moto.stop_code != BY_SCHEDULER:
            raise LostError(self.side, self.to, f"its task has ended: {self.task.moto.stopped_reason}")
        return self.task.ip in self.group.targets


class Balancers:
    """Load balancers as clients reach them."""

    def __init__(self, elb: Elb) -> None:
        self.elb = elb
        #: (name of a balancer, ARN of a target group) → requests for which a target was chosen
        self.requests: Counter[tuple[str, str]] = Counter()

    def choose(self, balancer: str, name: str, source: str) -> TargetConnection:
        """One of the healthy targets that a client's request for the name is forwarded to."""
        connection = self.find_target(balancer, name, "/", source)
        self.requests[balancer, connection.group.arn] += 1
        return connection

    def find_target(self, balancer: str, name: str, path: str, source: str) -> TargetConnection:
        require_entry(balancer, source)
        arn = route(balancer, name, path, source)
        if arn == FIXED_ANSWER:
            raise LostError("ecs", balancer, f"no rule of {balancer} takes {name}")
        group = backend("elbv2").target_groups[arn]
        healthy = [ip for ip in group.targets if self.elb.read_state(group, ip) == "healthy"]
        if not healthy:
            raise LostError("ecs", balancer, f"{group.name} has no healthy target")
        address = random.choice(healthy)
        task = next((each for each in find_running_tasks() if each.ip == address), None)
        if not task:
            raise LostError("ecs", balancer, f"{group.name} sends to {address}, where no task runs")
        return TargetConnection(balancer, group, task)


def require_entry(dns_name: str, source: str) -> None:
    """Its security groups let the source in."""
    balancer = find_balancer(dns_name)
    if not balancer:
        raise LostError("ecs", dns_name, f"no load balancer has the name {dns_name}")
    if balancer.security_groups and not admits(balancer.security_groups, Arrival("tcp", PORT, source)):
        raise UnansweredError("ecs", dns_name, f"no security group of {dns_name} admits {source}")


class BalancerConnection:
    """HTTP to the balancer itself, which chooses a target for each request."""

    side = "ecs"

    def __init__(self, balancers: Balancers, balancer: str, name: str, source: str) -> None:
        self.balancers = balancers
        self.name = name
        self.source = source
        self.to = balancer

    def is_open(self) -> bool:
        self.balancers.choose(self.to, self.name, self.source)
        return True
