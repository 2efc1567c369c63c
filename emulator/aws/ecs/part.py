"""ECS's API where moto drops something, lets something pass, or is done at once."""

import time
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs import models, responses
from moto.ecs.exceptions import ClusterNotFoundException

from ...account import backend
from ...part import Body, Part, Query, Routes, override
from ...settings import Settings
from ..ecr import Ecr
from ..elb import DATAGRAMS, Elb
from .deployments import Service, deploy
from .scheduler import LEAST_PERCENT, MOST_PERCENT, schedule
from .service_tasks import ServiceTask, Surroundings

#: parameters in which a repeated CreateService may not differ
COMPARED = [
    "taskDefinition",
    "desiredCount",
    "launchType",
    "capacityProviderStrategy",
    "loadBalancers",
    "serviceRegistries",
    "networkConfiguration",
    "deploymentConfiguration",
    "healthCheckGracePeriodSeconds",
    "availabilityZoneRebalancing",
]
MOST_TARGET_GROUPS = 5
#: parameters of moto's list_tasks, each of which may be None
LIST_TASKS_FILTERS = 6
#: properties of UpdateService that are not simply set
NOT_SET = {"cluster", "service", "task_definition", "force_new_deployment"}


class InvalidParameter(ServiceException):
    code = "InvalidParameterException"


class ClusterContainsServices(ServiceException):
    code = "ClusterContainsServicesException"


class Ecs(Part):
    def __init__(self, settings: Settings, ecr: Ecr, elb: Elb) -> None:
        self.surroundings = Surroundings(settings, ecr, elb)

    def reset(self) -> None:
        self.surroundings.broken = {}
        self.surroundings.leaving = {}

    def install(self) -> None:
        override(responses.EC2ContainerServiceResponse, "create_service", create_service)
        kind = models.EC2ContainerServiceBackend
        override(kind, "update_service", update_service)
        override(kind, "delete_service", delete_service)
        override(kind, "list_tasks", list_tasks)
        override(kind, "describe_task_definition", describe_task_definition)
        override(kind, "register_task_definition", register_task_definition)
        override(kind, "create_cluster", create_cluster)
        override(kind, "delete_cluster", delete_cluster)
        override(kind, "describe_services", describe_services)
        # moto moves its tasks on at each look
        override(models.Task, "advance", lambda *_: None)

    def tick(self, now: float) -> None:
        ecs = backend("ecs")
        draining_s = self.surroundings.settings["draining_s"]
        for service in ecs.services.values():
            if service.status == "INACTIVE":
                continue
            schedule(ecs, self.surroundings, service, now)
            is_empty = service.status == "DRAINING" and not service.tasks
            if is_empty and now >= service.deleted_at + draining_s:
                service.status = "INACTIVE"
        self.surroundings.release_interfaces(now)

    def break_service(self, _: Query, body: Body) -> dict[str, str | None]:
        self.surroundings.broken[body["service"]] = body.get("how")
        return self.surroundings.broken

    def routes(self) -> Routes:
        return {("POST", "/_emulator/ecs/break"): self.break_service}


def find_running_tasks(service_name: str | None = None) -> list[ServiceTask]:
    """Tasks that run and stay, of one service or of all."""
    found: list[ServiceTask] = []
    for service in backend("ecs").services.values():
        if service_name in (None, service.name):
            found += getattr(service, "tasks", [])
    return [task for task in found if task.is_running and not task.is_leaving]


def create_service(original: Any, request: Any) -> ActionResult:
    """CreateService with what moto drops or lets pass; AWS, API reference of CreateService."""
    asked = {name: request._get_param(name) for name in COMPARED}
    check_request(asked)
    check_network(request.ecs_backend, asked)
    check_balancers(request.ecs_backend, asked["taskDefinition"], asked["loadBalancers"] or [])
    name = request._get_param("serviceName")
    cluster = request.ecs_backend._get_cluster(request._get_param("cluster", "default"))
    existing = request.ecs_backend.services.get(f"{cluster.name}:{name}")
    if existing and existing.status == "DRAINING":
        raise InvalidParameter("Unable to Start a service that is still Draining.")
    if existing and existing.status == "ACTIVE":
        if existing.asked != asked:
            raise InvalidParameter("Creation of service was not idempotent.")
        return ActionResult({"service": existing})
    result = original(request)
    complete_service(result.result["service"], asked)
    return result


def check_network(ecs: Any, asked: dict[str, Any]) -> None:
    definition = ecs.describe_task_definition(asked["taskDefinition"])
    if definition.network_mode == "awsvpc" and not asked["networkConfiguration"]:
        raise InvalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")


def check_request(asked: dict[str, Any]) -> None:
    if asked["launchType"] and asked["capacityProviderStrategy"]:
        raise InvalidParameter(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
        )


def check_balancers(ecs: Any, task_definition: str, balancers: list[dict[str, Any]]) -> None:
    """AWS, "Register multiple target groups with an Amazon ECS service"."""
    if len(balancers) > MOST_TARGET_GROUPS:
        raise InvalidParameter(f"load balancers can have at most {MOST_TARGET_GROUPS} items.")
    definition = ecs.describe_task_definition(task_definition)
    groups = backend("elbv2").target_groups
    for balancer in balancers:
        arn, name, port = (balancer[key] for key in ("targetGroupArn", "containerName", "containerPort"))
        if arn not in groups or not groups[arn].load_balancer_arns:
            raise InvalidParameter(
                f"The target group with targetGroupArn {arn} does not have an associated load balancer."
            )
        protocol = "udp" if groups[arn].protocol in DATAGRAMS else "tcp"
        if (port, protocol) not in list_ports(definition, name):
            raise InvalidParameter(f"The container {name} did not have a container port {port} defined.")


def list_ports(definition: Any, name: str) -> list[tuple[int, str]]:
    """What a container of a task definition maps."""
    containers = [each for each in definition.container_definitions if each["name"] == name]
    mappings = [mapping for container in containers for mapping in container.get("portMappings") or []]
    return [(mapping["containerPort"], mapping.get("protocol", "tcp")) for mapping in mappings]


def complete_service(service: Service, asked: dict[str, Any]) -> None:
    """What moto leaves out of a new service, and its first deployment."""
    service.asked = asked
    service.tasks = []
    service.deployments = []
    service.created_at = utcnow()
    service.health_check_grace_period_seconds = asked["healthCheckGracePeriodSeconds"] or 0
    # AWS, API reference of CreateService: ENABLED where nothing is said
    service.availability_zone_rebalancing = asked["availabilityZoneRebalancing"] or "ENABLED"
    service.capacity_provider_strategy = asked["capacityProviderStrategy"] or []
    if asked["capacityProviderStrategy"]:
        service.launch_type = None
    limits = {"maximumPercent": MOST_PERCENT, "minimumHealthyPercent": LEAST_PERCENT}
    service.deployment_configuration = {
        **limits,
        **(asked["deploymentConfiguration"] or {}),
    }
    deploy(service, service.task_definition)


def describe_task_definition(original: Any, moto: Any, task_definition_str: str) -> Any:
    """By its family the latest that is ACTIVE, where moto takes any; AWS, API reference of DescribeTaskDefinition."""
    family = task_definition_str.rpartition("/")[2]
    if ":" in family:
        return original(moto, task_definition_str)
    revisions = moto.task_definitions.get(family, {}).values()
    active = [each for each in revisions if each.status == "ACTIVE"]
    numbers = [each.revision for each in active]
    latest = max(numbers, default=0)
    return original(moto, f"{family}:{latest}")


def register_task_definition(original: Any, moto: Any, *args: Any, **kwargs: Any) -> Any:
    """With the empty keys that AWS adds of its own, which moto leaves out."""
    definition = original(moto, *args, **kwargs)
    for container in definition.container_definitions:
        if logging := container.get("logConfiguration"):
            logging.setdefault("secretOptions", [])
        if restarts := container.get("restartPolicy"):
            restarts.setdefault("ignoredExitCodes", [])
        container.setdefault("systemControls", [])
    return definition


def update_service(_: Any, moto: Any, properties: dict[str, Any]) -> Service:
    cluster_name = properties.get("cluster") or "default"
    service = moto._get_service(cluster_name, properties["service"])
    if service.status != "ACTIVE":
        raise models.ServiceNotFoundException
    definition, force = (
        properties.get("task_definition"),
        properties.get("force_new_deployment"),
    )
    if (balancers := properties.get("load_balancers")) is not None:
        check_balancers(moto, definition or service.task_definition, balancers)
        force = force or balancers != service.load_balancers
    for name, value in properties.items():
        if value is not None and name not in NOT_SET:
            setattr(service, name, value)
    service.is_steady = False
    arn = moto.describe_task_definition(definition).arn if definition else service.task_definition
    if force or arn != service.task_definition:
        deploy(service, arn)
    return service


def delete_service(_: Any, moto: Any, cluster_name: str, service_name: str, force: bool) -> Service:
    """Not gone at once: it drains, and is INACTIVE when its tasks are gone."""
    service = moto._get_service(cluster_name, service_name)
    if service.desired_count > 0 and not force:
        raise InvalidParameter("The service cannot be stopped while it is scaled above 0.")
    service.status = "DRAINING"
    service.deleted_at = time.time()
    return service


def list_tasks(original: Any, moto: Any, *filters: Any) -> list[Any]:
    """Of a service by its group, and by default those that should run, unlike moto's."""
    *others, service_name, status = filters or (None,) * LIST_TASKS_FILTERS
    tasks = original(moto, *others, None, status or "RUNNING")
    if not service_name:
        return list(tasks)
    group = f"service:{service_name.split('/')[-1]}"
    return [task for task in tasks if task.group == group]


def create_cluster(original: Any, moto: Any, cluster_name: str, *args: Any, **kwargs: Any) -> Any:
    """The same name again gets the same cluster, as at AWS, unless it was deleted; moto makes another."""
    existing = moto.clusters.get(cluster_name)
    is_there = existing and existing.status != "INACTIVE"
    return existing if is_there else original(moto, cluster_name, *args, **kwargs)


def describe_services(moto: Any, ecs: Any, cluster_str: str, service_names_or_arns: list[str]) -> Any:
    """A cluster that was deleted is listed as INACTIVE for a while, and has no services to describe."""
    if ecs._get_cluster(cluster_str).status == "INACTIVE":
        raise ClusterNotFoundException
    return moto(ecs, cluster_str, service_names_or_arns)


def delete_cluster(original: Any, moto: Any, cluster_str: str) -> Any:
    cluster = moto._get_cluster(cluster_str)
    services = [each for each in moto.services.values() if each.cluster_name == cluster.name]
    if any(service.status != "INACTIVE" for service in services):
        raise ClusterContainsServices("The Cluster cannot be deleted while Services are active.")
    return original(moto, cluster_str)
