"""Where a sender's connection ends: at a port of a host, or at a task behind a network load balancer."""

from typing import NamedTuple

from ..account import backend
from ..aws.ecs.service_tasks import ServiceTask
from ..aws.elb_network import TERMINATE, NetworkBalancers
from ..aws.elb_routing import find_balancer
from ..aws.security_groups import Arrival, admits, lets_out
from ..host.hosts import list_containers
from .client import Surroundings
from .connection import HostConnection, LostError

TCP = "tcp"


class Door(NamedTuple):
    """What a sender is made to send to."""

    name: str
    port: int
    protocol: str
    #: the component that takes it there on the host; elsewhere it is none of its samples
    component: str


class HostPort(HostConnection):
    """A port that a container of the host publishes."""

    def __init__(
        self,
        surroundings: Surroundings,
        address: str,
        door: Door,
        source: str,
    ) -> None:
        super().__init__(surroundings.hosts, address, is_inside=True)
        self.door = door
        groups = [group.id for group in self.instance.security_groups]
        if groups and not admits(groups, Arrival(door.protocol, door.port, source)):
            raise LostError(self.side, address, f"no security group of {self.instance.id} admits {source}")

    def is_open(self) -> bool:
        if self.instance._state.name != "running":
            raise LostError(self.side, self.to, f"{self.instance.id} is {self.instance._state.name}")
        state = self.hosts.look(self.instance.id)
        if any(rule.endswith(f" {self.door.port}") for rule in state.get("refused", [])):
            raise LostError(self.side, self.to, f"port {self.door.port} is refused")
        containers = [each for name, each in list_containers(state) if name == self.door.component]
        if not any(each["state"] == "running" and self.door.port in each["ports"] for each in containers):
            raise LostError(self.side, self.to, f"nothing listens on port {self.door.port}")
        return True


class TaskPort:
    """A port of a task, through a network load balancer."""

    side = "ecs"

    def __init__(
        self,
        balancers: NetworkBalancers,
        balancer: str,
        door: Door,
        source: str,
    ) -> None:
        chosen = balancers.choose(balancer, Arrival(door.protocol, door.port, source))
        if not chosen:
            raise LostError(self.side, balancer, f"nothing answers on port {door.port} of {balancer}")
        self.balancer = balancer
        self.group, self.ip = chosen
        self.to = f"{self.group.name} {self.ip}"
        self.task = self.find_task()
        self.require_way(balancer, door, source)

    def require_way(self, name: str, door: Door, source: str) -> None:
        """The balancer's groups let out to the target's port, and the task's let in: datagrams keep their source."""
        groups = tuple(find_balancer(name).security_groups or ())
        port = self.port
        if groups and not lets_out(groups, Arrival(door.protocol, port, self.ip, self.task.groups)):
            raise LostError(self.side, name, f"no security group of {name} lets {port} out")
        address = source if door.protocol != TCP else ""
        if self.task.groups and not admits(self.task.groups, Arrival(door.protocol, port, address, groups)):
            raise LostError(self.side, self.to, f"no security group of its task admits {name} at {port}")

    def find_task(self) -> ServiceTask:
        services = {task.ip: task for task in list_tasks()}
        if self.ip not in services:
            raise LostError(self.side, self.to, "its task is gone")
        return services[self.ip]

    @property
    def port(self) -> int:
        """Of the target; of one that has left, that of its group."""
        return int(self.group.targets[self.ip]["Port"]) if self.ip in self.group.targets else self.group.port

    @property
    def takes(self) -> str:
        """The component that answers there, or what answers no sample."""
        return f"{self.task.service.name} {self.port}"

    def is_open(self) -> bool:
        """A target that is deregistered keeps its connections until the delay is over; then they are reset, where the
        group says so, and the sender connects anew.
        """
        if self.ip not in self.group.targets and self.group.attributes[TERMINATE] == "true":
            return False
        if not self.task.is_answering:
            raise LostError(self.side, self.to, "its task has stopped")
        return True


def list_tasks() -> list[ServiceTask]:
    """Those that run, and those that drain."""
    services = backend("ecs").services.values()
    tasks = [task for service in services for task in getattr(service, "tasks", [])]
    return [task for task in tasks if task.is_answering]
