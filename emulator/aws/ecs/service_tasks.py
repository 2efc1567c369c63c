"""One task of a service, from its start to its end."""

import time
from dataclasses import dataclass, field
from typing import Any

from moto.core.utils import utcnow
from moto.ecs import models

from ...account import backend
from ...host.holdings import count_objects
from ...settings import Settings
from .. import cloudmap
from ..ecr import Ecr
from ..elb import Answering, Elb
from ..way_out import reaches_aws
from .deployments import Deployment, Service, add_event

#: stop code of a task that ECS's scheduler ends
BY_SCHEDULER = "ServiceSchedulerInitiated"
FAILS_TO_START = "TaskFailedToStart"
CONTAINER_EXITED = "EssentialContainerExited"
#: ECS's own sentences
EXITED = "Essential container in task exited"
UNHEALTHY = "Task failed container health checks"
#: what flushes and then never ends by itself: SIGKILL when its stop timeout is over
HANGS = ("tempo",)
KILLED = 137
#: AWS, API reference of ContainerDefinition: where a definition names no stopTimeout
STOP_TIMEOUT_S = 30
#: what a store has to read before it is ready lies under its prefix; so many of AWS's seconds pass in one here
SHORTENED = 500
NO_CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
NO_REGISTRY = (
    "ResourceInitializationError: unable to pull secrets or registry auth: There is a connection issue between the "
    "task and Amazon ECR. Check your task network configuration."
)
SEE_GUIDE = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."


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
        #: when its containers are told to end, once it leaves
        self.gone_at: float | None = None
        #: when they have ended, once they were told
        self.ends_at: float | None = None
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
            self.check_health(age * SHORTENED)
        elif self.is_running and self.fault == "exit":
            self.fail(EXITED, CONTAINER_EXITED)

    def start(self) -> None:
        """RUNNING, or the end with ECS's reason."""
        image = self.definition.container_definitions[0]["image"]
        if not reaches_aws(self.groups, self.ip):
            self.fail(NO_REGISTRY, FAILS_TO_START)
        elif not self.surroundings.ecr.has_image(image):
            self.fail(describe_missing_image(image), FAILS_TO_START)
        elif self.fault == "exit":
            self.fail(EXITED, CONTAINER_EXITED)
        elif self.fault == "capacity":
            add_event(self.service, f"was unable to place a task. Reason: {NO_CAPACITY}. {SEE_GUIDE}")
            self.fail(NO_CAPACITY, FAILS_TO_START)
            # where nothing could be placed there was no task
            self.forget()
        else:
            self.run()

    def run(self) -> None:
        self.moto.last_status = "RUNNING"
        for container in self.moto.containers:
            container.last_status = "RUNNING"
        self.moto.started_at = utcnow()
        for balancer in self.balancers:
            arn, port = balancer["targetGroupArn"], balancer["containerPort"]
            self.surroundings.elb.register(arn, self.ip, port, Answering(self.service.name, self.groups))
        for registry in self.service.service_registries:
            cloudmap.register(registry["registryArn"], self.moto.id, self.ip)
        self.open_log_streams()

    @property
    def groups(self) -> tuple[str, ...]:
        network = self.service.network_configuration["awsvpcConfiguration"]
        return tuple(network.get("securityGroups") or ())

    def open_log_streams(self) -> None:
        logs = backend("logs")
        for container in self.definition.container_definitions:
            options = (container.get("logConfiguration") or {}).get("options") or {}
            group = options.get("awslogs-group")
            if group in logs.groups:
                prefix = options.get("awslogs-stream-prefix", "ecs")
                logs.create_log_stream(group, f"{prefix}/{container['name']}/{self.moto.id}")

    def check_health(self, age: float) -> None:
        """At an age in AWS's seconds; AWS, API reference of HealthCheck and of CreateService: whatever fails within
        startPeriod or healthCheckGracePeriodSeconds does not count.
        """
        if self.fault != "health" and age < self.find_ready_age():
            if age > self.find_patience():
                self.end_unhealthy()
            return
        if self.fault == "health":
            self.end_unhealthy()
            return
        if self.definition.container_definitions[0].get("healthCheck"):
            self.set_health("HEALTHY")
        self.is_healthy = True
        for registry in self.service.service_registries:
            cloudmap.set_healthy(registry["registryArn"], self.moto.id)

    def find_ready_age(self) -> float:
        """Index headers and the like: the more objects, the longer."""
        each = self.surroundings.settings["ready_s_per_object"]
        return each * count_objects(self.service.name) if each else 0

    def find_patience(self) -> float:
        check = self.definition.container_definitions[0].get("healthCheck") or {}
        counted = check.get("startPeriod", 0) + check.get("interval", 30) * check.get("retries", 3)
        return float(max(counted, self.service.health_check_grace_period_seconds))

    def forget(self) -> None:
        for tasks in backend("ecs").tasks.values():
            tasks.pop(self.moto.task_arn, None)

    def end_unhealthy(self) -> None:
        self.set_health("UNHEALTHY")
        self.deployment["failedTasks"] += 1
        self.stop(UNHEALTHY)

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

    def terminate(self, now: float) -> None:
        """SIGTERM: it goes on until it ends, or is killed."""
        self.moto.last_status = "STOPPING"
        self.ends_at = now + (self.find_stop_seconds() if self.has_run else 0)

    @property
    def has_run(self) -> bool:
        return getattr(self.moto, "started_at", None) is not None

    @property
    def hangs(self) -> bool:
        return self.service.name in HANGS

    def find_stop_seconds(self) -> float:
        timeout = self.definition.container_definitions[0].get("stopTimeout", STOP_TIMEOUT_S)
        return float(timeout / SHORTENED if self.hangs else self.surroundings.settings["task_stop_s"])

    def read_exit_code(self) -> int | None:
        if not self.has_run:
            return None
        if self.moto.stop_code == CONTAINER_EXITED:
            return 1
        return KILLED if self.hangs else 0

    def end(self) -> None:
        self.moto.last_status, self.moto.stopped_at = "STOPPED", utcnow()
        for container in self.moto.containers:
            container.last_status = "STOPPED"
            container.exitCode = self.read_exit_code()
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
    container.health_status, container.exitCode = "UNKNOWN", None
    return container
