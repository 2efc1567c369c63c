"""ECS: a scheduler that starts, registers, drains and replaces tasks, and its deployments; a simulation of AWS's."""

import math
import time

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs import models, responses
from moto.moto_api._internal import mock_random

from . import cloudmap
from . import ecr
from . import elb
from . import state

#: service name → "health" | "exit" | "capacity": what is wrong with it on demand
BROKEN: dict[str, str] = {}
COMPARED = ["taskDefinition", "desiredCount", "launchType", "capacityProviderStrategy", "loadBalancers", "serviceRegistries", "networkConfiguration", "deploymentConfiguration"]
EVENTS_KEPT = 100


class InvalidParameter(ServiceException):
    code = "InvalidParameterException"


class ClusterContainsServices(ServiceException):
    code = "ClusterContainsServicesException"


def threshold(desired):
    """Failed tasks that trip the circuit breaker; AWS, "How the Amazon ECS deployment circuit breaker works"."""
    return max(3, min(200, math.ceil(desired * 0.5)))


def event(service, text):
    service.events.insert(0, {"id": str(mock_random.uuid4()), "createdAt": utcnow(), "message": f"(service {service.name}) {text}"})
    del service.events[EVENTS_KEPT:]


def deploy(service, task_definition):
    for deployment in service.deployments:
        deployment["status"] = "ACTIVE"
    number = f"ecs-svc/{mock_random.randint(10**18, 10**19)}"
    service.deployments.insert(0, {
        "id": number, "status": "PRIMARY", "taskDefinition": task_definition, "desiredCount": service.desired_count, "pendingCount": 0, "runningCount": 0,
        "failedTasks": 0, "createdAt": utcnow(), "updatedAt": utcnow(), "rolloutState": "IN_PROGRESS", "rolloutStateReason": f"ECS deployment {number} in progress.",
        "networkConfiguration": service.network_configuration, "capacityProviderStrategy": getattr(service, "capacity_provider_strategy", None) or [], "platformFamily": "Linux", "platformVersion": "1.4.0"})
    service.task_definition = task_definition
    service.steady = False


def container(definition, of):
    """One of a task's; moto knows only the first, which is the service's own."""
    made = models.Container(definition)
    made.name, made.image, made.command, made.memory = of["name"], of["image"], of.get("command"), of.get("memory")
    made.health_status = "UNKNOWN"
    return made


class Run:
    """One task of a service, from its start to its end."""

    def __init__(self, backend, service, deployment):
        cluster = backend._get_cluster(service.cluster_name)
        definition = backend.describe_task_definition(deployment["taskDefinition"])
        self.service, self.deployment, self.definition, self.born, self.leaves, self.healthy = service, deployment, definition, time.time(), None, False
        self.task = models.Task(cluster, definition, None, {}, backend, group=f"service:{service.name}", launch_type="FARGATE",
                                started_by=deployment["id"], networking_configuration=service.network_configuration, platform_version="1.4.0")
        task = self.task
        task.created_at, task.last_status = utcnow(), "PENDING"
        task.containers = [container(definition, each) for each in definition.container_definitions]
        task.containers[0].health_status = task.health_status = "UNKNOWN"
        self.eni = next(d["value"] for d in task.attachments[0]["details"] if d["name"] == "networkInterfaceId")
        self.ip = next(d["value"] for d in task.attachments[0]["details"] if d["name"] == "privateIPv4Address")
        backend.tasks.setdefault(cluster.name, {})[task.task_arn] = task

    def start(self):
        """RUNNING, or why it can't: the reasons are ECS's own words."""
        image = self.definition.container_definitions[0]["image"]
        broken = BROKEN.get(self.service.name)
        if not ecr.exists(image):
            return self.stop(f"CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {image}: {image}: not found", "TaskFailedToStart", now=True)
        if broken == "exit":
            return self.stop("Essential container in task exited", "EssentialContainerExited", now=True)
        if broken == "capacity":
            return self.stop("Capacity is unavailable at this time. Please try again later or in a different availability zone", "TaskFailedToStart", now=True)
        self.task.last_status = "RUNNING"
        for each in self.task.containers:
            each.last_status = "RUNNING"
        self.task.started_at = utcnow()
        for balancer in self.service.load_balancers:
            elb.register(balancer["targetGroupArn"], self.ip, balancer["containerPort"])
        cloudwatch_log(self)

    def check(self):
        if BROKEN.get(self.service.name) == "health":
            self.task.containers[0].health_status = self.task.health_status = "UNHEALTHY"
            return self.stop("Task failed container health checks", "ServiceSchedulerInitiated")
        if self.definition.container_definitions[0].get("healthCheck"):
            self.task.containers[0].health_status = self.task.health_status = "HEALTHY"
        self.healthy = True
        for registry in self.service.service_registries:
            cloudmap.register(registry["registryArn"], self.task.id, self.ip)

    def stop(self, reason, code="ServiceSchedulerInitiated", now=False):
        self.failed = code != "ServiceSchedulerInitiated" or "failed" in reason
        if self.failed:
            self.deployment["failedTasks"] += 1
        self.leaves = time.time() + (0 if now else state.settings["deregistration_s"])
        self.task.desired_status, self.task.last_status = "STOPPED", "DEACTIVATING"
        self.task.stopped_reason, self.task.stop_code = reason, code
        for balancer in self.service.load_balancers:
            elb.deregister(balancer["targetGroupArn"], self.ip)
        for registry in self.service.service_registries:
            cloudmap.deregister(registry["registryArn"], self.task.id)

    def end(self):
        self.task.last_status, self.task.stopped_at = "STOPPED", utcnow()
        for each in self.task.containers:
            each.last_status = "STOPPED"
        state.backend("ec2").enis.pop(self.eni, None)


def cloudwatch_log(run):
    groups = state.backend("logs").groups
    for each in run.definition.container_definitions:
        options = (each.get("logConfiguration") or {}).get("options") or {}
        if options.get("awslogs-group") in groups:
            state.backend("logs").create_log_stream(options["awslogs-group"], f"{options.get('awslogs-stream-prefix', 'ecs')}/{each['name']}/{run.task.id}")


def schedule(backend, service, now):
    runs = service.runs
    for run in list(runs):
        age = now - run.born
        if run.leaves is not None:
            if now >= run.leaves:
                run.end()
                runs.remove(run)
        elif run.task.last_status == "PENDING" and age > state.settings["task_start_s"]:
            run.start()
        elif run.task.last_status == "RUNNING" and (not run.healthy or BROKEN.get(service.name) == "health") and age > state.settings["task_start_s"] + state.settings["task_health_s"]:
            run.check()
        elif run.task.last_status == "RUNNING" and BROKEN.get(service.name) == "exit":
            run.stop("Essential container in task exited", "EssentialContainerExited", now=True)
    desired = 0 if service.status == "DRAINING" else service.desired_count
    primary = service.deployments[0]
    alive = [run for run in runs if run.leaves is None]
    new = [run for run in alive if run.deployment is primary]
    old = [run for run in alive if run.deployment is not primary]
    limits = getattr(service, "deployment_configuration", None) or {}
    most = max(1, math.floor(desired * limits.get("maximumPercent", 200) / 100)) if desired else 0
    least = math.ceil(desired * limits.get("minimumHealthyPercent", 100) / 100)
    if primary["rolloutState"] != "FAILED" and len(new) < desired:
        batch = min(desired - len(new), max(0, most - len(alive)))
        if batch and not (primary["failedTasks"] and runs and not new and now - max(r.born for r in runs) < state.settings["task_start_s"]):
            started = [Run(backend, service, primary) for _ in range(batch)]
            runs += started
            service.steady = False
            event(service, f"has started {batch} tasks: {' '.join(f'(task {run.task.id})' for run in started)}.")
    surplus = new[desired:] if len(new) > desired else []
    healthy = sum(run.healthy for run in alive)
    for run in surplus + old[: max(0, healthy - least) if any(r.healthy for r in new) or desired == 0 or most <= len(old) else 0]:
        run.stop("Scaling activity initiated by (deployment " + primary["id"] + ")")
        event(service, f"has stopped 1 running tasks: (task {run.task.id}).")
    settle(service, desired)


def settle(service, desired):
    """Counts of service and deployments, then whether the deployment is complete, failed or under way."""
    alive = [run for run in service.runs if run.leaves is None]
    for deployment in service.deployments:
        mine = [run for run in alive if run.deployment is deployment]
        deployment["runningCount"] = sum(run.task.last_status == "RUNNING" for run in mine)
        deployment["pendingCount"] = sum(run.task.last_status == "PENDING" for run in mine)
        deployment["desiredCount"] = desired if deployment["status"] == "PRIMARY" else len(mine)
    service.running_count = sum(run.task.last_status == "RUNNING" for run in service.runs)
    service.pending_count = sum(run.task.last_status == "PENDING" for run in service.runs)
    primary = service.deployments[0]
    ready = len(alive) == desired and all(run.healthy and run.deployment is primary for run in alive) and service.running_count == desired
    groups = [state.backend("elbv2").target_groups.get(b["targetGroupArn"]) for b in service.load_balancers]
    ready = ready and all(group and elb.counts(group)[0] >= desired for group in groups)
    if ready and not service.steady:
        service.steady = True
        if primary["rolloutState"] == "IN_PROGRESS":
            primary.update(rolloutState="COMPLETED", rolloutStateReason=f"ECS deployment {primary['id']} completed.")
            service.last_completed = primary["taskDefinition"]
            event(service, f"(deployment {primary['id']}) deployment completed.")
        event(service, "has reached a steady state.")
    service.deployments[:] = [d for d in service.deployments if d is primary or any(r.deployment is d for r in service.runs)]
    breaker = (getattr(service, "deployment_configuration", None) or {}).get("deploymentCircuitBreaker") or {}
    if breaker.get("enable") and primary["rolloutState"] == "IN_PROGRESS" and primary["failedTasks"] >= threshold(desired):
        primary.update(rolloutState="FAILED", rolloutStateReason="ECS deployment circuit breaker: tasks failed to start.")
        event(service, f"(deployment {primary['id']}) deployment failed: tasks failed to start.")
        previous = getattr(service, "last_completed", None)
        if breaker.get("rollback") and previous and previous != primary["taskDefinition"]:
            event(service, f"rolling back to (deployment {service.deployments[-1]['id']}).")
            deploy(service, previous)


def created(self):
    """CreateService with what moto drops or lets pass; AWS, API reference of CreateService."""
    asked = {name: self._get_param(name) for name in COMPARED}
    if asked["launchType"] and asked["capacityProviderStrategy"]:
        raise InvalidParameter("Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.")
    for balancer in asked["loadBalancers"] or []:
        group = state.backend("elbv2").target_groups.get(balancer["targetGroupArn"])
        if not group or not group.load_balancer_arns:
            raise InvalidParameter(f"The target group with targetGroupArn {balancer['targetGroupArn']} does not have an associated load balancer.")
    name = self._get_param("serviceName")
    cluster = self.ecs_backend._get_cluster(self._get_param("cluster", "default"))
    existing = self.ecs_backend.services.get(f"{cluster.name}:{name}")
    if existing and existing.status == "DRAINING":
        raise InvalidParameter("Unable to Start a service that is still Draining.")
    if existing and existing.status == "ACTIVE":
        if existing.asked != asked:
            raise InvalidParameter("Creation of service was not idempotent.")
        return ActionResult({"service": existing})
    result = ORIGINAL["create_service"](self)
    service = result.result["service"]
    service.asked, service.runs, service.steady, service.deployments = asked, [], False, []
    service.created_at = utcnow()
    service.capacity_provider_strategy = asked["capacityProviderStrategy"] or []
    if asked["capacityProviderStrategy"]:
        service.launch_type = None
    service.deployment_configuration = {"maximumPercent": 200, "minimumHealthyPercent": 100, **(asked["deploymentConfiguration"] or {})}
    deploy(service, service.task_definition)
    return result


def updated(self, properties):
    service = self._get_service(properties.get("cluster") or "default", properties["service"])
    if service.status != "ACTIVE":
        raise models.ServiceNotFoundException
    definition, force = properties.get("task_definition"), properties.get("force_new_deployment")
    for name, value in properties.items():
        if value is not None and name not in ("cluster", "service", "task_definition", "force_new_deployment"):
            setattr(service, name, value)
    service.steady = False
    if definition or force:
        arn = self.describe_task_definition(definition).arn if definition else service.task_definition
        if force or arn != service.task_definition:
            deploy(service, arn)
    return service


def deleted(self, cluster_name, service_name, force):
    service = self._get_service(cluster_name, service_name)
    if service.desired_count > 0 and not force:
        raise InvalidParameter("The service cannot be stopped while it is scaled above 0.")
    service.status = "DRAINING"
    return service


def list_tasks(self, cluster_str=None, container_instance=None, family=None, started_by=None, service_name=None, desiredStatus=None):
    tasks = ORIGINAL["list_tasks"](self, cluster_str, container_instance, family, started_by, None, desiredStatus or "RUNNING")
    return [task for task in tasks if not service_name or task.group == f"service:{service_name.split('/')[-1]}"]


def create_cluster(self, cluster_name, *args, **kwargs):
    return self.clusters[cluster_name] if cluster_name in self.clusters else ORIGINAL["create_cluster"](self, cluster_name, *args, **kwargs)


def delete_cluster(self, cluster_str):
    cluster = self._get_cluster(cluster_str)
    if any(s.cluster_name == cluster.name and s.status != "INACTIVE" for s in self.services.values()):
        raise ClusterContainsServices("The Cluster cannot be deleted while Services are active.")
    return ORIGINAL["delete_cluster"](self, cluster_str)


ORIGINAL = {}


def install():
    kind = models.EC2ContainerServiceBackend
    ORIGINAL.update(create_service=responses.EC2ContainerServiceResponse.create_service, list_tasks=kind.list_tasks, create_cluster=kind.create_cluster, delete_cluster=kind.delete_cluster)
    responses.EC2ContainerServiceResponse.create_service = created
    kind.update_service, kind.delete_service, kind.list_tasks, kind.create_cluster, kind.delete_cluster = updated, deleted, list_tasks, create_cluster, delete_cluster
    models.Task.advance = lambda self: None


def tick(now):
    backend = state.backend("ecs")
    for service in backend.services.values():
        if service.status != "INACTIVE":
            schedule(backend, service, now)
            if service.status == "DRAINING" and not service.runs:
                service.status = "INACTIVE"


def breaks(_, body):
    BROKEN[body["service"]] = body.get("how")
    return BROKEN


def routes():
    return {("POST", "/_emulator/ecs/break"): breaks}


def reset():
    BROKEN.clear()
