"""What the dump has of ECS."""

from collections import Counter
from typing import Any

from ..account import backend
from .describe import Described, describe, describe_all

#: counts that moto raises and never lowers
COUNTS = ("active_services_count", "running_tasks_count", "pending_tasks_count")
#: of a service: what is written elsewhere in the dump, or is how it came to be
INNER = (
    "asked",
    "tasks",
    "events",
    "deployments",
    "is_steady",
    "last_completed",
    "desired_count",
    "running_count",
)
#: of a deployment
COMPARED = (
    "status",
    "taskDefinition",
    "desiredCount",
    "runningCount",
    "rolloutState",
)


def dump_ecs() -> Described:
    ecs = backend("ecs")
    tasks = list_one_off_tasks(ecs)
    return {
        "clusters": describe_all(ecs.clusters.values(), *COUNTS),
        "services": {service.name: dump_service(service) for service in ecs.services.values()},
        "taskDefinitions": dump_definitions(ecs),
        "oneOffTasks": Counter(task.task_definition_arn.split("/")[-1] for task in tasks),
    }


def dump_definitions(ecs: Any) -> dict[str, Described]:
    """By family and revision, those that are no longer active too."""
    found = {}
    for family, revisions in ecs.task_definitions.items():
        for revision, definition in revisions.items():
            found[f"{family}:{revision}"] = describe(definition)
    return found


def dump_service(service: Any) -> Described:
    """An inactive service is no longer scheduled: its last deployment stays as it was by chance."""
    deployments = service.deployments if service.status == "ACTIVE" else []
    return {
        **describe(service, *INNER),
        "desired": service.desired_count,
        "running": service.running_count,
        "taskDefinition": service.task_definition.split("/")[-1],
        "deployments": [{key: each[key] for key in COMPARED} for each in deployments],
    }


def list_one_off_tasks(ecs: Any) -> list[Any]:
    """Those that have not ended."""
    tasks = [task for of_cluster in ecs.tasks.values() for task in of_cluster.values()]
    running = [task for task in tasks if task.last_status != "STOPPED"]
    return [task for task in running if not (task.group or "").startswith("service:")]
