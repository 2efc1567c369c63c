"""Clients that ask for the stack's names all the time: who served them, and what was lost."""

import time
from collections import Counter
from typing import Any

from ..account import backend
from ..aws.cloudwatch import CloudWatch
from ..aws.elb import METRICS, Elb, make_dimensions
from ..aws.elb_routing import find_balancer
from ..aws.route53.servers import NameServers
from ..facts import Facts
from ..host.hosts import Hosts
from ..part import BadRequestError, Body, Part, Query, Routes
from .client import Client, Surroundings
from .connection import Balancers, HostConnection, LostError

#: as README.md lists them
DEFAULTS: dict[str, Any] = {
    "clients": 20,
    "keeping": 6,
    "reusing": 0,
    "inside": 0,
    "rate": 100,
    "names": [],
    "ttls": {},
    "keep_s": 2,
}
#: of the clients' addresses (RFC 5737), and the port of a host at which they ask
NETWORK, FIRST_ADDRESS, PORT = "203.0.113", 100, 443
#: of those inside the VPC: its subnet private-a
INSIDE = "10.0.2"
#: failures that are told whole
TOLD = 100

#: a failure; `at` in seconds since 1970
Failure = dict[str, Any]


class Witness(Part):
    is_quick = True

    def __init__(self, facts: Facts, servers: NameServers, elb: Elb, hosts: Hosts, metrics: CloudWatch) -> None:
        self.facts = facts
        self.metrics = metrics
        self.surroundings = Surroundings(servers, Balancers(elb), hosts)
        self.reset()

    def reset(self) -> None:
        #: empty while it is off
        self.clients: list[Client] = []
        self.names: list[str] = []
        self.rate = 0.0
        #: of the last tick, None before the first
        self.looked_at: float | None = None
        #: requests that are due, the last of them in part
        self.due = 0.0
        #: of the last metrics
        self.second = 0
        self.asked = 0
        self.served: Counter[str] = Counter()
        self.kept = 0
        self.failures: list[Failure] = []
        #: side → how many it lost, and when first and last
        self.lost: dict[str, dict[str, float]] = {}
        #: instance → who is connected to it, as it was shown there last
        self.shown: dict[str, list[str]] = {}

    def tick(self, _: float) -> None:
        """As many requests as have become due, from one client after another."""
        if not self.clients:
            return
        # not when the tick was due: what changed while it waited for the lock has changed for clients too
        now = time.time()
        self.due += (now - (self.looked_at or now)) * self.rate
        self.looked_at = now
        while self.due >= 1:
            self.due -= 1
            turn, number = divmod(self.asked, len(self.clients))
            self.asked += 1
            self.ask(self.clients[number], self.names[turn % len(self.names)], now)
        self.show_connections()
        if now >= self.second + 1:
            self.publish_requests(int(now))

    def publish_requests(self, second: int) -> None:
        """As a load balancer counts them."""
        self.second = second
        requests = self.surroundings.balancers.requests
        for (name, arn), count in requests.items():
            balancer = find_balancer(name)
            group = backend("elbv2").target_groups.get(arn)
            if balancer and group:
                for dimensions in (make_dimensions(balancer), make_dimensions(balancer, group)):
                    self.metrics.publish(METRICS, "RequestCount", dimensions, [1.0] * count, second)
        requests.clear()

    def ask(self, client: Client, name: str, now: float) -> None:
        try:
            connection, is_kept = client.ask(name, now)
        except LostError as error:
            failure = {
                "at": now,
                "client": client.name,
                "name": name,
                **error.describe(),
            }
            self.note_failure(failure)
            return
        self.served[connection.side] += 1
        self.kept += is_kept

    def note_failure(self, failure: Failure) -> None:
        first = {
            "count": 0,
            "first": failure["at"],
        }
        lost = self.lost.setdefault(failure["side"], first)
        lost["count"] += 1
        lost["last"] = failure["at"]
        if len(self.failures) < TOLD:
            self.failures.append(failure)

    def show_connections(self) -> None:
        """What is kept to a host, its `ss` shows."""
        held: dict[str, list[str]] = {}
        for client in self.clients:
            for connection, _ in client.connections.values():
                if isinstance(connection, HostConnection):
                    held.setdefault(connection.instance.id, []).append(client.address)
        for instance_id in {*held, *self.shown}:
            if held.get(instance_id) != self.shown.get(instance_id):
                peers = held.get(instance_id, [])
                self.surroundings.hosts.show_clients(instance_id, peers, PORT)
        self.shown = held

    def start(self, _: Query, body: Body) -> dict[str, Any]:
        """Begins anew, with clients that know nothing yet."""
        unknown = sorted({*body} - {*DEFAULTS})
        if unknown:
            raise BadRequestError(f"{unknown[0]} is no key; take one of {', '.join(DEFAULTS)}")
        wanted = {**DEFAULTS, **body}
        self.stop()
        self.names = wanted["names"] or self.facts.records
        self.rate = wanted["rate"]
        self.surroundings.ttls = wanted["ttls"]
        self.surroundings.keep_s = wanted["keep_s"]
        kinds = ["target"] * wanted["keeping"] + ["balancer"] * wanted["reusing"]
        asking = wanted["clients"] - len(kinds)
        self.clients = [self.make_client(number, kind, None) for number, kind in enumerate(kinds + [""] * asking)]
        inside = range(len(self.clients), len(self.clients) + wanted["inside"])
        self.clients += [self.make_client(number, "", self.facts["vpcId"]) for number in inside]
        return self.tell()

    def make_client(self, number: int, keeps: str, vpc: str | None) -> Client:
        name = f"client {number + 1}" + (" inside" if vpc else "")
        address = f"{INSIDE if vpc else NETWORK}.{FIRST_ADDRESS + number}"
        return Client(name, address, keeps, vpc, self.surroundings)

    def stop(self, *_: object) -> dict[str, Any]:
        """Answers what was seen until now."""
        told = self.tell()
        self.clients = []
        self.show_connections()
        self.reset()
        return told

    def tell(self, *_: object) -> dict[str, Any]:
        return {
            "asked": self.asked,
            "served": {
                "host": self.served["host"],
                "ecs": self.served["ecs"],
            },
            "kept": self.kept,
            "lost": self.lost,
            "failures": self.failures,
            "connections": [each for client in self.clients for each in client.describe_connections()],
        }

    def routes(self) -> Routes:
        return {
            ("GET", "/_emulator/witness"): self.tell,
            ("POST", "/_emulator/witness"): self.start,
            ("DELETE", "/_emulator/witness"): self.stop,
        }
