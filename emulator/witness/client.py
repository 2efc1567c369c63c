"""One client of the stack: what it remembers of names, and the connection that it keeps."""

import re
from dataclasses import dataclass, field

from ..aws.route53.resolver import DEEPEST
from ..aws.route53.servers import Answer, NameServers
from ..host.hosts import Hosts
from .connection import BalancerConnection, Balancers, Connection, HostConnection, LostError

#: whoever was told one asks nobody for it
ADDRESS = re.compile(r"[\d.]+")


@dataclass
class Surroundings:
    """What clients reach, and how long they remember."""

    servers: NameServers
    balancers: Balancers
    hosts: Hosts
    #: a TTL in seconds, as text → how many seconds it is here; a TTL that is not named stays as it is
    ttls: dict[str, float] = field(default_factory=dict)
    #: seconds
    keep_s: float = 0


@dataclass
class Client:
    name: str
    address: str
    #: what it keeps a connection to: `target`, `balancer`, or nothing
    keeps: str
    #: the VPC that it is in, None on the internet
    vpc: str | None
    surroundings: Surroundings
    #: name → answer, and until when it is remembered
    answers: dict[str, tuple[Answer, float]] = field(default_factory=dict)
    #: name → connection, and until when it is kept
    connections: dict[str, tuple[Connection, float]] = field(default_factory=dict)

    def ask(self, name: str, now: float) -> tuple[Connection, bool]:
        """One request: what has served it, and whether that was connected already; or raises LostError."""
        connection = self.find_open(name, now)
        if connection:
            return connection, True
        connection = self.connect(name, now)
        connection.is_open()
        if self.keeps:
            self.connections[name] = (connection, now + self.surroundings.keep_s)
        return connection, False

    def find_open(self, name: str, now: float) -> Connection | None:
        """The kept connection, where it is not over and the other side has not closed it."""
        connection, until = self.connections.pop(name, (None, 0.0))
        if not connection or now >= until or not connection.is_open():
            return None
        self.connections[name] = (connection, until)
        return connection

    def connect(self, name: str, now: float) -> Connection:
        surroundings = self.surroundings
        answer = self.resolve(name, now)
        if answer.kind == "host":
            return HostConnection(surroundings.hosts, answer.value, is_inside=self.vpc is not None)
        balancers = surroundings.balancers
        if self.keeps == "balancer":
            return BalancerConnection(balancers, answer.value, name, self.address)
        return balancers.choose(answer.value, name, self.address)

    def resolve(self, name: str, now: float) -> Answer:
        """Each link of a chain of names is remembered for its own TTL."""
        link = name
        for _ in range(DEEPEST):
            answer = self.look_up(link, now)
            if answer.kind != "name":
                return answer
            link = answer.value
        raise LostError("nowhere", name, f"{name} leads to more than {DEEPEST} names")

    def look_up(self, name: str, now: float) -> Answer:
        if ADDRESS.fullmatch(name):
            return Answer("host", name, 0)
        answer, until = self.answers.get(name, (None, 0.0))
        if answer and now < until:
            return answer
        answer = self.surroundings.servers.ask(name, self.vpc)
        if not answer:
            raise LostError("nowhere", name, f"{name} has no address")
        ttl_s = self.surroundings.ttls.get(f"{answer.ttl_s:g}", answer.ttl_s)
        self.answers[name] = (answer, now + ttl_s)
        return answer

    def describe_connections(self) -> list[dict[str, str]]:
        """Those that are kept."""
        kept = [(name, connection) for name, (connection, _) in self.connections.items()]
        return [
            {
                "client": self.name,
                "name": name,
                "to": connection.to,
            }
            for name, connection in kept
        ]
