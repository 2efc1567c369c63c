"""The accounts that a migration finds, built through the served API as their owners would have."""

from ..account import LOCK
from ..aws.ecr import Ecr
from ..facts import Facts
from ..host.hosts import Hosts
from ..stack.workload import Workload
from .by_hand import build_by_hand
from .clients import Clients
from .host import build_host
from .network import build_instance, build_network
from .services import build_services

#: README.md says of each what it has
WORLDS = ["ready", "adopted", "bare", "filesystem", "sqlite", "empty"]
#: what the users' name is: a CNAME to the host's, or the host's address
RECORDS = ["cname", "a"]


class Builder:
    def __init__(
        self,
        clients: Clients,
        facts: Facts,
        hosts: Hosts,
        ecr: Ecr,
        workload: Workload,
    ) -> None:
        self.clients = clients
        self.facts = facts
        self.hosts = hosts
        self.ecr = ecr
        self.workload = workload

    def build(
        self,
        world: str,
        record: str,
    ) -> None:
        has_registry = bool(self.ecr.endpoints.registry)
        self.ecr.stocking["on"] = world != "bare" and not has_registry
        if world == "empty":
            return
        self.facts.add(aws=self.clients.endpoints.aws)
        build_network(self.clients, self.facts)
        instance = build_instance(self.clients, self.facts)
        build_host(self.clients, self.facts, self.hosts, instance, world)
        build_services(self.clients, self.facts, record, world)
        if world == "adopted":
            build_by_hand(self.clients, self.facts)
            with LOCK:
                self.ecr.stock_all()
        self.workload.publish_history()
