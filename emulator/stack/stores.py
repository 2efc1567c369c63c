"""The HTTP of the stores of both sides: who reaches which of them, and what is set to go wrong."""

import copy
import json
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from ..aws.ecs.part import find_running_tasks
from ..aws.ecs.service_tasks import ServiceTask
from ..aws.ready import READY
from ..host.configurations import STORES
from ..part import Body, Part, Query, Routes
from ..stubs.answers import read_answer
from .answers import Question, answer, is_query
from .samples import Samples, Times
from .writes import Writes, find_path

#: unhealthy: services of which a task was lost a moment ago;
#: split: services whose tasks see only themselves in their ring;
#: answers: service or `host service` → HTTP status;
#: memory: service → gauge per task;
#: unwritten: services whose tasks write nothing to S3;
#: idle_s: for how long nobody has sent to the hosts;
#: rules: service → alert rules of the hosts' rulers, name → query
GOOD: dict[str, Any] = {
    "split": [],
    "unhealthy": [],
    "answers": {},
    "memory": {"mimir": 4115, "loki": 21, "tempo": 7, "pyroscope": 2048},
    "idle_s": 0,
    "unwritten": [],
    "rules": {},
}
ADDRESS = re.compile(r"[\d.]+")
ON_HOST = "127.0.0.1"
#: from so many tasks on one of them is not missed
SAFE_COUNT = 3
REFUSES_READS = ["loki"]
#: from which age on, in seconds, their queries also answer from S3, where the other side writes too
BUCKET_AGES = {"mimir": 43_200.0, "loki": 0.0, "tempo": 900.0, "pyroscope": 0.0}


class UnreachableError(Exception):
    """Nobody answers; the text is curl's."""


@dataclass
class Listener:
    """A store that answers at an address."""

    service: str
    ip: str
    times: Times
    #: its name in `answers`
    switch: str


class Stores(Part):
    def __init__(self, samples: Samples, writes: Writes) -> None:
        self.samples = samples
        self.writes = writes
        self.reset()

    def reset(self) -> None:
        self.faults = copy.deepcopy(GOOD)

    def change(self, _: Query, body: Body) -> dict[str, Any]:
        """Objects are merged, all else is replaced."""
        for key, value in body.items():
            self.faults[key] = {**self.faults[key], **value} if isinstance(value, dict) else value
        return self.faults

    def reply(self, _: Query, body: Body) -> dict[str, Any]:
        """{"from": "task" or an instance's id, "url", "data"} → {"code", "body"}, or
        {"error"} in curl's words.
        """
        url = urlsplit(body["url"])
        try:
            listener = self.find_task(url) if body["from"] == "task" else self.find_host(body["from"], url)
        except UnreachableError as error:
            return {"error": str(error)}
        is_ready = READY.get(listener.service) == (read_port(url), url.path)
        code = self.faults["answers"].get(listener.switch)
        # a store asks for a tenant where there is data of one
        if code and not (code == 401 and is_ready):
            return {"code": code, "body": "no org id" if code == 401 else "not now"}
        if self.lacks_member(listener) and is_query(listener.service, url.path):
            return {"code": 500, "body": read_answer(listener.service, "newest.refused")}
        if url.path == find_path(listener.service) and listener.ip != ON_HOST:
            return self.flush(listener, body.get("method"))
        if is_ready:
            return {"code": 200, "body": "ready"}
        text = answer(self.make_question(listener, url, body))
        return {"code": 404, "body": "404 page not found"} if text is None else {"code": 200, "body": text}

    def flush(self, listener: Listener, method: str | None) -> dict[str, Any]:
        if method != "POST":
            return {"code": 405, "body": ""}
        self.writes.broken = self.faults["unwritten"]
        self.writes.tell(listener.ip, time.time())
        return {"code": 200, "body": "{}"}

    def lacks_member(self, listener: Listener) -> bool:
        """At replication 1 Loki reads nothing while one of its tasks is gone, for at least 20 s of real time."""
        if listener.ip == ON_HOST or listener.service not in REFUSES_READS:
            return False
        running = find_running_tasks(listener.service)
        count = int(running[0].service.desired_count) if running else 0
        if count < SAFE_COUNT and len(running) < count:
            return True
        return listener.service in self.faults["unhealthy"]

    def make_question(self, listener: Listener, url: SplitResult, body: Body) -> Question:
        service = listener.service
        members = [listener.ip]
        if service not in self.faults["split"]:
            members = [task.ip for task in find_running_tasks(service)]
        return Question(
            service=service,
            path=url.path,
            query={key: values[0] for key, values in parse_qs(url.query).items()},
            data=json.loads(body.get("data") or "{}"),
            wants_json=body.get("json", False),
            times=listener.times,
            members=members,
            memory=self.faults["memory"].get(service, 0),
            stored=self.writes.stored[listener.ip],
            rules=self.faults["rules"].get(service, {}) if listener.ip == ON_HOST else {},
        )

    def find_task(self, url: SplitResult) -> Listener:
        """The task at an address, or any healthy one of `<service>.<namespace>`."""
        host = url.hostname or ""
        task = next((each for each in find_running_tasks() if each.ip == host), None)
        if not task and not ADDRESS.fullmatch(host):
            task = next(
                (each for each in find_running_tasks(host.split(".")[0]) if each.is_healthy),
                None,
            )
            if not task:
                raise UnreachableError(f"curl: (6) Could not resolve host: {host}")
        if not task or read_port(url) not in read_ports(task):
            raise refuse_connection(url)
        service = task.service.name
        return Listener(service, task.ip, self.samples.on_ecs.get(service, []), service)

    def find_host(self, instance_id: str, url: SplitResult) -> Listener:
        """The store that publishes the port on the host that asks."""
        for service in STORES:
            container = self.samples.find_container(instance_id, service)
            if container and read_port(url) in container["ports"]:
                return Listener(service, ON_HOST, self.find_times(instance_id, service), f"host {service}")
        raise refuse_connection(url)

    def find_times(self, instance_id: str, service: str) -> Times:
        """What a host's store finds: what it took in, and in S3 what ECS wrote, where its queries look there."""
        own = [at - self.faults["idle_s"] for at in self.samples.on_hosts.get((instance_id, service), [])]
        old_enough = time.time() - self.read_bucket_age(instance_id, service)
        foreign = self.samples.on_ecs.get(service, [])
        in_bucket = [at for at in foreign if at <= old_enough]
        return sorted([*own, *in_bucket])

    def read_bucket_age(self, instance_id: str, service: str) -> float:
        """From which age on, in seconds, its queries also look into S3: what a test has set, or its default."""
        state = self.samples.hosts.look(instance_id)
        whole = state["configs"].get(f"{service} whole")
        if whole is None:
            return BUCKET_AGES[service]
        setting = re.compile(r"query_(?:store|backend)_after: (\d+)s")
        found = setting.search(whole)
        return float(found[1]) if found else 0.0

    def routes(self) -> Routes:
        return {
            ("POST", "/_emulator/http"): self.reply,
            ("GET", "/_emulator/stores"): lambda *_: self.faults,
            ("POST", "/_emulator/stores"): self.change,
        }


def read_port(url: SplitResult) -> int:
    return url.port or 80


def read_ports(task: ServiceTask) -> list[int]:
    mappings = task.definition.container_definitions[0].get("portMappings", [])
    return [each["containerPort"] for each in mappings]


def refuse_connection(url: SplitResult) -> UnreachableError:
    return UnreachableError(f"curl: (7) Failed to connect to {url.hostname} port {read_port(url)}: Connection refused")
