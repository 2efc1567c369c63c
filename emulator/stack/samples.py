"""When samples came in at the stores of both sides: where the clients' names lead to, twice a second."""

from collections import defaultdict
from typing import Any

from ..aws.ecs.part import find_running_tasks
from ..aws.instances import find_instances
from ..host.configurations import STORES
from ..host.hosts import Hosts, list_containers
from ..part import Part
from .workload import Workload

EVERY_S = 0.5

#: seconds since 1970, ascending
Times = list[float]


class Samples(Part):
    def __init__(self, workload: Workload, hosts: Hosts) -> None:
        self.workload = workload
        self.hosts = hosts
        self.reset()

    def reset(self) -> None:
        self.on_ecs: dict[str, Times] = defaultdict(list)
        #: by (instance id, service)
        self.on_hosts: dict[tuple[str, str], Times] = defaultdict(list)
        #: instance → what was shown there last
        self.shown: dict[str, dict[str, int]] = {}

    def tick(self, now: float) -> None:
        share = self.workload.calculate_ecs_share()
        for service in STORES:
            if share > 0 and any(task.is_healthy for task in find_running_tasks(service)):
                add(self.on_ecs[service], now)
            if share < 1:
                for instance in find_instances():
                    if self.find_container(instance.id, service):
                        add(self.on_hosts[instance.id, service], now)
        self.show_counts()

    def show_counts(self) -> None:
        """What came in, each host's stores count."""
        counts: dict[str, dict[str, int]] = {}
        for (instance_id, service), times in self.on_hosts.items():
            received = counts.setdefault(instance_id, {})
            received[service] = len(times)
        for instance_id, received in counts.items():
            if self.shown.get(instance_id) != received:
                self.hosts.show_received(instance_id, received)
        self.shown = counts

    def find_container(self, instance_id: str, service: str) -> dict[str, Any] | None:
        """A service's container on a host, where it runs."""
        for name, container in list_containers(self.hosts.look(instance_id)):
            if name == service and container["state"] == "running":
                return container
        return None


def add(times: Times, now: float) -> None:
    if not times or now - times[-1] >= EVERY_S:
        times.append(now)
