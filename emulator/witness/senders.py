"""Senders of telemetry: each sample is counted where it ends, by port."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ..account import backend
from ..aws.cloudwatch import CloudWatch
from ..aws.elb import NETWORK_METRICS, make_dimensions
from ..aws.elb_network import NetworkBalancers
from ..aws.instances import find_instances
from ..facts import Facts
from ..host.hosts import list_containers
from ..part import BadRequestError, Body, Part, Query, Routes
from .client import Client, Surroundings
from .connection import LostError
from .doors import TCP, Door, HostPort, TaskPort

#: as README.md lists them
DEFAULTS: dict[str, Any] = {
    "targets": [],
    "rate": 20,
    "ttls": {},
    "keep_s": 2,
    "source": "10.0.2.77",
}
PUBLISH_EVERY_S = 1
#: the file of a host that says who is connected
SHOWN = "senders.json"
#: of what became of a sample
ENDS = ("host", "ecs", "refused", "lost")


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
        metrics: CloudWatch,
    ) -> None:
        self.facts = facts
        self.surroundings = surroundings
        self.balancers = balancers
        self.metrics = metrics
        self.reset()

    def reset(self) -> None:
        self.senders: list[Sender] = []
        self.rate = 0.0
        self.looked_at: float | None = None
        self.published_at = 0.0
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
        if now - self.published_at >= PUBLISH_EVERY_S:
            self.published_at = now
            self.publish_flows(now)

    def publish_flows(self, now: float) -> None:
        """Connections that are held through each network load balancer; one without any says 0."""
        kept = [each for sender in self.senders for each, _ in sender.connections.values()]
        flows = Counter(each.balancer for each in kept if isinstance(each, TaskPort))
        for balancer in backend("elbv2").load_balancers.values():
            if balancer.type == "network":
                count = float(flows[balancer.dns_name])
                self.metrics.publish(NETWORK_METRICS, "ActiveFlowCount", make_dimensions(balancer), [count], now)

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
