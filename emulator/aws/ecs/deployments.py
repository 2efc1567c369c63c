"""Deployments of a service, and its events: the record that a rollout leaves."""

import math
from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

EVENTS_KEPT = 100

#: moto's service, with what this simulation adds to it: tasks, deployments, is_steady,
#: asked, last_completed
Service = Any
#: as the API shows it
Deployment = dict[str, Any]


def add_event(service: Service, text: str) -> None:
    event = {
        "id": str(mock_random.uuid4()),
        "createdAt": utcnow(),
        "message": f"(service {service.name}) {text}",
    }
    service.events.insert(0, event)
    del service.events[EVENTS_KEPT:]


def deploy(service: Service, task_definition: str) -> None:
    """A new primary deployment; the one before goes on until its tasks are gone."""
    for deployment in service.deployments:
        deployment["status"] = "ACTIVE"
    number = f"ecs-svc/{mock_random.randint(10**18, 10**19)}"
    deployment = {
        "id": number,
        "status": "PRIMARY",
        "taskDefinition": task_definition,
        "desiredCount": service.desired_count,
        "pendingCount": 0,
        "runningCount": 0,
        "failedTasks": 0,
        "createdAt": utcnow(),
        "updatedAt": utcnow(),
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": f"ECS deployment {number} in progress.",
        "networkConfiguration": service.network_configuration,
        "capacityProviderStrategy": getattr(service, "capacity_provider_strategy", None) or [],
        "platformFamily": "Linux",
        "platformVersion": "1.4.0",
    }
    service.deployments.insert(0, deployment)
    service.task_definition = task_definition
    service.is_steady = False


def complete(service: Service) -> None:
    """Notes that the service is as it should be, and its primary deployment with it."""
    primary = service.deployments[0]
    service.is_steady = True
    if primary["rolloutState"] == "IN_PROGRESS":
        reason = f"ECS deployment {primary['id']} completed."
        primary.update(rolloutState="COMPLETED", rolloutStateReason=reason)
        service.last_completed = primary["taskDefinition"]
        add_event(service, f"(deployment {primary['id']}) deployment completed.")
    add_event(service, "has reached a steady state.")


def break_circuit(service: Service, desired: int) -> None:
    """Ends a deployment whose tasks fail; goes back to the last good one where wanted."""
    breaker = read_limits(service).get("deploymentCircuitBreaker") or {}
    primary = service.deployments[0]
    if not breaker.get("enable") or primary["rolloutState"] != "IN_PROGRESS":
        return
    if primary["failedTasks"] < calculate_threshold(desired):
        return
    reason = "ECS deployment circuit breaker: tasks failed to start."
    primary.update(rolloutState="FAILED", rolloutStateReason=reason)
    add_event(service, f"(deployment {primary['id']}) deployment failed: tasks failed to start.")
    previous = getattr(service, "last_completed", None)
    if breaker.get("rollback") and previous and previous != primary["taskDefinition"]:
        add_event(service, f"rolling back to (deployment {service.deployments[-1]['id']}).")
        deploy(service, previous)


def calculate_threshold(desired: int) -> int:
    """Failed tasks that trip the breaker; AWS, "How the Amazon ECS deployment circuit
    breaker detects failures".
    """
    return max(3, min(200, math.ceil(desired * 0.5)))


def read_limits(service: Service) -> dict[str, Any]:
    """The service's deploymentConfiguration."""
    return getattr(service, "deployment_configuration", None) or {}
