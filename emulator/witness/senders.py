"""Senders of telemetry: each sample is counted where it ends, by port."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..account import backend
from ..aws.ecs.service_tasks import ServiceTask
from ..aws.elb_network import TERMINATE, NetworkBalancers
from ..aws.instances import find_instances
from ..aws.security_groups import Arrival, admits
from ..facts import Facts
from ..host.hosts import list_containers
from ..part import BadRequestError, Body, Part, Query, Routes
from .client import Client, Surroundings
from .connection import HostConnection, LostError

#: as README.md lists them
DEFAULTS: dict[str, Any] = {
    "targets": [],
    "rate": 20,
    "ttls": {},
    "keep_s": 2,
    "source": "10.0.2.77",
}
TCP = "tcp"
#: the file of a host that says who is connected
SHOWN = "senders.json"
#: of what became of a sample
ENDS = ("host", "ecs", "refused", "lost")


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
        self.group, self.ip = chosen
        self.to = f"{self.group.name} {self.ip}"
        self.task = self.find_task()

    def find_task(self) -> ServiceTask:
        services = {task.ip: task for task in list_tasks()}
        if self.ip not in services:
            raise LostError(self.side, self.to, "its task is gone")
        return services[self.ip]

    @property
    def takes(self) -> str:
        """The component that answers there, or what answers no sample."""
        port = int(self.group.targets[self.ip]["Port"]) if self.ip in self.group.targets else self.group.port
        return f"{self.task.service.name} {port}"

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


@dataclass
class Sender(Client):
    """It keeps what is refused and sends it again; a datagram, and what the wrong program takes, is lost."""

    door: Door = field(kw_only=True)
    balancers: NetworkBalancers = field(kw_only=True)
    #: samples that nobody has taken yet
    waiting: int = 0

    def connect(self, name: str, now: float) -> Any:
        answer = self.resolve(name, now)
        if answer.kind == "host":
            return HostPort(
                self.surroundings,
                answer.value,
                self.door,
                self.address,
            )
        return TaskPort(
            self.balancers,
            answer.value,
            self.door,
            self.address,
        )

    def send(self, now: float) -> tuple[str, int, str]:
        """One sample more: where the waiting ones end, how many they are, and why where they are not served."""
        self.waiting += 1
        try:
            connection, _ = self.ask(self.door.name, now)
        except LostError as error:
            if self.door.protocol == TCP:
                return "refused", 1, str(error)
            return self.end("lost", str(error))
        wanted = f"{self.door.component} {self.door.port}"
        if isinstance(connection, TaskPort) and connection.takes != wanted:
            return self.end("lost", f"{connection.takes} is not {wanted}")
        return self.end(connection.side, "")

    def end(self, where: str, why: str) -> tuple[str, int, str]:
        count, self.waiting = self.waiting, 0
        return where, count, why


class Senders(Part):
    is_quick = True

    def __init__(
        self,
        facts: Facts,
        surroundings: Surroundings,
        balancers: NetworkBalancers,
    ) -> None:
        self.facts = facts
        self.surroundings = surroundings
        self.balancers = balancers
        self.reset()

    def reset(self) -> None:
        self.senders: list[Sender] = []
        self.rate = 0.0
        self.looked_at: float | None = None
        self.due = 0.0
        self.sent = 0
        #: (port, end) → samples
        self.ends: Counter[tuple[int, str]] = Counter()
        self.reasons: Counter[str] = Counter()
        #: instance → who is connected to it, as it was shown there last
        self.shown: dict[str, list[dict[str, Any]]] = {}

    def tick(self, _: float) -> None:
        if not self.senders:
            return
        now = time.time()
        self.due += (now - (self.looked_at or now)) * self.rate
        self.looked_at = now
        while self.due >= 1:
            self.due -= 1
            sender = self.senders[self.sent % len(self.senders)]
            self.sent += 1
            where, count, why = sender.send(now)
            self.ends[sender.door.port, where] += count
            if why:
                self.reasons[why] += 1
        self.show_connections()

    def show_connections(self) -> None:
        """What is kept to a host, its `ss` shows."""
        held: dict[str, list[dict[str, Any]]] = {}
        for sender in self.senders:
            for connection, _ in sender.connections.values():
                if isinstance(connection, HostPort):
                    shown = held.setdefault(connection.instance.id, [])
                    shown.append({"peer": sender.address, "port": sender.door.port})
        for instance_id in {*held, *self.shown}:
            connections = held.get(instance_id, [])
            if connections != self.shown.get(instance_id):
                self.surroundings.hosts.show(instance_id, SHOWN, connections)
        self.shown = held

    def start(self, _: Query, body: Body) -> dict[str, Any]:
        """Begins anew: one sender for each target, which is a name and a port of the host."""
        unknown = sorted({*body} - {*DEFAULTS})
        if unknown:
            raise BadRequestError(f"{unknown[0]} is no key; take one of {', '.join(DEFAULTS)}")
        wanted = {**DEFAULTS, **body}
        self.stop()
        self.rate = wanted["rate"]
        around = Surroundings(
            self.surroundings.servers,
            self.surroundings.balancers,
            self.surroundings.hosts,
            wanted["ttls"],
            wanted["keep_s"],
        )
        self.senders = [self.make_sender(around, wanted["source"], target) for target in wanted["targets"]]
        return self.tell()

    def make_sender(self, around: Surroundings, source: str, target: dict[str, Any]) -> Sender:
        protocol = target.get("protocol", TCP)
        door = Door(
            target["name"],
            target["port"],
            protocol,
            self.find_component(target["port"]),
        )
        keeps = "target" if protocol == TCP else ""
        return Sender(
            f"sender of {door.port}",
            source,
            keeps,
            self.facts["vpcId"],
            around,
            door=door,
            balancers=self.balancers,
        )

    def find_component(self, port: int) -> str:
        """Who takes samples there as long as nobody has moved."""
        for instance in find_instances():
            for name, container in list_containers(self.surroundings.hosts.look(instance.id)):
                if port in container["ports"]:
                    return name
        raise BadRequestError(f"no container of a host publishes port {port}")

    def stop(self, *_: object) -> dict[str, Any]:
        told = self.tell()
        self.senders = []
        self.show_connections()
        self.reset()
        return told

    def tell(self, *_: object) -> dict[str, Any]:
        ports = [sender.door.port for sender in self.senders]
        return {
            "sent": self.sent,
            "waiting": sum(sender.waiting for sender in self.senders),
            **{end: sum(self.ends[port, end] for port in ports) for end in ENDS},
            "ports": {str(port): {end: self.ends[port, end] for end in ENDS} for port in ports},
            "reasons": dict(self.reasons),
        }

    def routes(self) -> Routes:
        return {
            ("GET", "/_emulator/senders"): self.tell,
            ("POST", "/_emulator/senders"): self.start,
            ("DELETE", "/_emulator/senders"): self.stop,
        }
