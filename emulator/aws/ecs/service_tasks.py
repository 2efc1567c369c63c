"""One task of a service, from its start to its end."""

import time
from dataclasses import dataclass, field
from typing import Any

from moto.core.utils import utcnow
from moto.ecs import models

from ...account import backend
from ...settings import Settings
from .. import cloudmap
from ..ecr import Ecr
from ..elb import Answering, Elb
from .deployments import Deployment, Service

#: stop code of a task that ECS's scheduler ends
BY_SCHEDULER = "ServiceSchedulerInitiated"
FAILS_TO_START = "TaskFailedToStart"
CONTAINER_EXITED = "EssentialContainerExited"
#: ECS's own sentences
EXITED = "Essential container in task exited"
UNHEALTHY = "Task failed container health checks"
NO_CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"


def describe_missing_image(image: str) -> str:
    cause = f"failed to resolve ref {image}: {image}: not found"
    return f"CannotPullContainerError: pull image manifest has been retried 1 time(s): {cause}"


@dataclass
class Surroundings:
    """What tasks need of the rest of the account."""

    settings: Settings
    ecr: Ecr
    elb: Elb
    #: service, or service:revision → `health`, `exit` or `capacity`: what is wrong with its tasks
    broken: dict[str, str | None] = field(default_factory=dict)
    #: network interface of a stopped task → when it is released
    leaving: dict[str, float] = field(default_factory=dict)

    def release_interfaces(self, now: float) -> None:
        released = [interface for interface, at in self.leaving.items() if now >= at]
        for interface in released:
            del self.leaving[interface]
            backend("ec2").enis.pop(interface, None)


class ServiceTask:
    def __init__(
        self,
        ecs: Any,
        surroundings: Surroundings,
        service: Service,
        deployment: Deployment,
    ) -> None:
        cluster = ecs._get_cluster(service.cluster_name)
        self.surroundings = surroundings
        self.service = service
        self.deployment = deployment
        self.definition = ecs.describe_task_definition(deployment["taskDefinition"])
        self.born = time.time()
        self.is_healthy = False
        #: target groups, as the service had them when it started
        self.balancers: list[dict[str, Any]] = list(service.load_balancers)
        #: when it is gone, once it leaves
        self.gone_at: float | None = None
        self.moto = make_moto_task(ecs, cluster, service, deployment, self.definition)
        details = {each["name"]: each["value"] for each in self.moto.attachments[0]["details"]}
        self.interface = details["networkInterfaceId"]
        self.ip = details["privateIPv4Address"]
        ecs.tasks.setdefault(cluster.name, {})[self.moto.task_arn] = self.moto

    @property
    def fault(self) -> str | None:
        broken = self.surroundings.broken
        name = self.service.name
        revision = f"{name}:{self.definition.revision}"
        return broken.get(name) or broken.get(revision)

    @property
    def is_pending(self) -> bool:
        return bool(self.moto.last_status == "PENDING")

    @property
    def is_running(self) -> bool:
        return bool(self.moto.last_status == "RUNNING")

    @property
    def is_answering(self) -> bool:
        """Also while it drains; what ends by itself answers nobody."""
        return self.is_running or (self.moto.last_status == "DEACTIVATING" and self.moto.stop_code == BY_SCHEDULER)

    @property
    def is_in_service(self) -> bool:
        """Healthy to its load balancers too: before that it replaces no other task."""
        groups = backend("elbv2").target_groups
        joined = [groups[arn] for arn in (each["targetGroupArn"] for each in self.balancers) if arn in groups]
        return self.is_healthy and not any(self.surroundings.elb.is_awaited(group, self.ip) for group in joined)

    @property
    def is_leaving(self) -> bool:
        return self.gone_at is not None

    def advance(self, now: float) -> None:
        """Whatever is due: the start, a health check, an exit."""
        settings = self.surroundings.settings
        age = now - self.born
        is_check_due = age > settings["task_start_s"] + settings["task_health_s"]
        if self.is_pending and age > settings["task_start_s"]:
            self.start()
        elif self.is_running and is_check_due and (not self.is_healthy or self.fault == "health"):
            self.check_health()
        elif self.is_running and self.fault == "exit":
            self.fail(EXITED, CONTAINER_EXITED)

    def start(self) -> None:
        """RUNNING, or the end with ECS's reason."""
        image = self.definition.container_definitions[0]["image"]
        if not self.surroundings.ecr.has_image(image):
            self.fail(describe_missing_image(image), FAILS_TO_START)
        elif self.fault == "exit":
            self.fail(EXITED, CONTAINER_EXITED)
        elif self.fault == "capacity":
            self.fail(NO_CAPACITY, FAILS_TO_START)
        else:
            self.run()

    def run(self) -> None:
        self.moto.last_status = "RUNNING"
        for container in self.moto.containers:
            container.last_status = "RUNNING"
        self.moto.started_at = utcnow()
        for balancer in self.balancers:
            arn, port = balancer["targetGroupArn"], balancer["containerPort"]
            self.surroundings.elb.register(arn, self.ip, port, self.describe_answering())
        self.open_log_streams()

    def describe_answering(self) -> Answering:
        network = self.service.network_configuration["awsvpcConfiguration"]
        return Answering(self.service.name, tuple(network.get("securityGroups") or ()))

    def open_log_streams(self) -> None:
        logs = backend("logs")
        for container in self.definition.container_definitions:
            options = (container.get("logConfiguration") or {}).get("options") or {}
            group = options.get("awslogs-group")
            if group in logs.groups:
                prefix = options.get("awslogs-stream-prefix", "ecs")
                logs.create_log_stream(group, f"{prefix}/{container['name']}/{self.moto.id}")

    def check_health(self) -> None:
        if self.fault == "health":
            self.set_health("UNHEALTHY")
            self.deployment["failedTasks"] += 1
            self.stop(UNHEALTHY)
            return
        if self.definition.container_definitions[0].get("healthCheck"):
            self.set_health("HEALTHY")
        self.is_healthy = True
        for registry in self.service.service_registries:
            cloudmap.register(registry["registryArn"], self.moto.id, self.ip)

    def set_health(self, status: str) -> None:
        self.moto.containers[0].health_status = self.moto.health_status = status

    def fail(self, reason: str, code: str) -> None:
        """Ends at once, and counts against the deployment."""
        self.deployment["failedTasks"] += 1
        self.leave(reason, code, 0)

    def stop(self, reason: str) -> None:
        """Ends in order: the load balancers drain it first, the slowest the longest."""
        delays = [self.surroundings.elb.find_delay(each["targetGroupArn"]) for each in self.balancers]
        self.leave(reason, BY_SCHEDULER, max(delays, default=self.surroundings.settings["deregistration_s"]))

    def leave(self, reason: str, code: str, seconds: float) -> None:
        self.gone_at = time.time() + seconds
        self.moto.desired_status, self.moto.last_status = "STOPPED", "DEACTIVATING"
        self.moto.stopped_reason, self.moto.stop_code = reason, code
        for balancer in self.balancers:
            self.surroundings.elb.deregister(balancer["targetGroupArn"], self.ip)
        for registry in self.service.service_registries:
            cloudmap.deregister(registry["registryArn"], self.moto.id)

    def end(self) -> None:
        self.moto.last_status, self.moto.stopped_at = "STOPPED", utcnow()
        for container in self.moto.containers:
            container.last_status = "STOPPED"
        settings = self.surroundings.settings
        self.surroundings.leaving[self.interface] = time.time() + settings["interface_release_s"]


def make_moto_task(
    ecs: Any,
    cluster: Any,
    service: Service,
    deployment: Deployment,
    definition: Any,
) -> Any:
    task = models.Task(
        cluster,
        definition,
        None,
        {},
        ecs,
        group=f"service:{service.name}",
        launch_type="FARGATE",
        started_by=deployment["id"],
        networking_configuration=service.network_configuration,
        platform_version="1.4.0",
    )
    task.created_at, task.last_status = utcnow(), "PENDING"
    task.containers = [make_container(definition, each) for each in definition.container_definitions]
    task.health_status = "UNKNOWN"
    return task


def make_container(definition: Any, wanted: dict[str, Any]) -> Any:
    """One of a task's containers; moto knows only the first, which is the service's own."""
    container = models.Container(definition)
    container.name, container.image = wanted["name"], wanted["image"]
    container.command, container.memory = wanted.get("command"), wanted.get("memory")
    container.health_status = "UNKNOWN"
    return container
