"""What the stores on ECS write to S3 when they are told to, and count."""

from collections import Counter
from typing import Any, NamedTuple

from ..account import backend
from ..aws.ecs.part import find_running_tasks
from ..aws.ecs.service_tasks import ServiceTask
from ..host.holdings import HOLDINGS
from ..part import Part
from ..stubs.curl import FLUSH_PATHS

#: until an object is in S3, and its task has counted it
DELAY_S = 0.2


class Flush(NamedTuple):
    ip: str
    at: float


def find_path(service: str) -> str:
    """Without the query, by which one waits for it."""
    return FLUSH_PATHS.get(service, "").split("?")[0]


class Writes(Part):
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.told: list[Flush] = []
        #: address of a task → what it has stored since it started
        self.stored: Counter[str] = Counter()
        #: services whose tasks write nothing
        self.broken: list[str] = []

    def tell(self, ip: str, now: float) -> None:
        self.told.append(Flush(ip, now))

    def tick(self, now: float) -> None:
        due = [flush for flush in self.told if now >= flush.at + DELAY_S]
        self.told = [flush for flush in self.told if flush not in due]
        tasks = {task.ip: task for task in find_running_tasks()} if due else {}
        for flush in due:
            task = tasks.get(flush.ip)
            if task and task.service.name not in self.broken:
                self.stored[flush.ip] += 1
                write_object(task, f"{task.moto.id}-{self.stored[flush.ip]}")


def write_object(task: ServiceTask, key: str) -> None:
    """Where its definition says, else where its image writes by itself."""
    holding = HOLDINGS[task.service.name]
    environment: list[dict[str, Any]] = task.definition.container_definitions[0].get("environment") or []
    values = {each["name"]: each["value"] for each in environment}
    prefix = values.get("S3_PREFIX", holding.prefix)
    if bucket := values.get("S3_BUCKET"):
        backend("s3").put_object(bucket, f"{prefix}/{holding.tenant}/{key}", b"new")
