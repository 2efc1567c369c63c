"""ECS's scheduler, simulated: it starts, replaces and drains tasks, and counts them."""

import math
from typing import Any

from ...account import backend
from .deployments import Service, add_event, break_circuit, complete, read_limits
from .service_tasks import ServiceTask, Surroundings

#: share of the desired tasks that run during a deployment; AWS, API reference of
#: DeploymentConfiguration
MOST_PERCENT = 200
LEAST_PERCENT = 100


class Round:
    """One look at one service: what there is, and what the deployment's limits allow."""

    def __init__(self, service: Service) -> None:
        limits = read_limits(service)
        desired = 0 if service.status == "DRAINING" else service.desired_count
        most = math.floor(desired * limits.get("maximumPercent", MOST_PERCENT) / 100)
        least = math.ceil(desired * limits.get("minimumHealthyPercent", LEAST_PERCENT) / 100)
        self.service = service
        self.primary = service.deployments[0]
        self.desired = desired
        self.most = max(1, most) if desired else 0
        self.least = least
        self.alive: list[ServiceTask] = [task for task in service.tasks if not task.is_leaving]
        self.new = [task for task in self.alive if task.deployment is self.primary]
        self.old = [task for task in self.alive if task.deployment is not self.primary]

    def count_to_start(self) -> int:
        if self.primary["rolloutState"] == "FAILED":
            return 0
        return min(self.desired - len(self.new), self.most - len(self.alive))

    def is_backing_off(self, now: float, seconds: float) -> bool:
        """After a failed start the next try waits."""
        tasks = self.service.tasks
        if not self.primary["failedTasks"] or self.new or not tasks:
            return False
        return now - max(task.born for task in tasks) < seconds

    def choose_to_stop(self) -> list[ServiceTask]:
        """New tasks above the desired count, and old ones that healthy new ones replace."""
        return self.new[self.desired :] + self.old[: self.count_replaceable()]

    def count_replaceable(self) -> int:
        is_replaced = any(task.is_in_service for task in self.new)
        has_no_room = self.most <= len(self.old)
        if not is_replaced and self.desired > 0 and not has_no_room:
            return 0
        healthy = sum(task.is_in_service for task in self.alive)
        return max(0, healthy - self.least)


def schedule(ecs: Any, surroundings: Surroundings, service: Service, now: float) -> None:
    advance(service, now)
    look = Round(service)
    batch = look.count_to_start()
    if batch > 0 and not look.is_backing_off(now, surroundings.settings["task_start_s"]):
        started = [ServiceTask(ecs, surroundings, service, look.primary) for _ in range(batch)]
        service.tasks += started
        service.is_steady = False
        names = " ".join(f"(task {task.moto.id})" for task in started)
        add_event(service, f"has started {batch} tasks: {names}.")
    for task in look.choose_to_stop():
        task.stop(f"Scaling activity initiated by (deployment {look.primary['id']})")
        add_event(service, f"has stopped 1 running tasks: (task {task.moto.id}).")
    settle(surroundings, service, look.desired)


def advance(service: Service, now: float) -> None:
    for task in list(service.tasks):
        if task.gone_at is None:
            task.advance(now)
        elif task.ends_at is None and now >= task.gone_at:
            task.terminate(now)
        elif task.ends_at is not None and now >= task.ends_at:
            task.end()
            service.tasks.remove(task)


def settle(surroundings: Surroundings, service: Service, desired: int) -> None:
    """Counts, then says whether the deployment is complete, failed or under way."""
    count(service, desired)
    if not service.is_steady and is_ready(surroundings, service, desired):
        complete(service)
    primary = service.deployments[0]
    # a deployment is over when none of its tasks runs: those that leave are none of its
    in_use = {primary["id"], *(task.deployment["id"] for task in service.tasks if not task.is_leaving)}
    service.deployments[:] = [each for each in service.deployments if each["id"] in in_use]
    break_circuit(service, desired)


def count(service: Service, desired: int) -> None:
    alive = [task for task in service.tasks if not task.is_leaving]
    for deployment in service.deployments:
        own = [task for task in alive if task.deployment is deployment]
        deployment["runningCount"] = sum(task.is_running for task in own)
        deployment["pendingCount"] = sum(task.is_pending for task in own)
        deployment["desiredCount"] = desired if deployment["status"] == "PRIMARY" else len(own)
    service.running_count = sum(task.is_running for task in service.tasks)
    service.pending_count = sum(task.is_pending for task in service.tasks)


def is_ready(surroundings: Surroundings, service: Service, desired: int) -> bool:
    """All tasks are the primary deployment's, run and are healthy, also to the load balancers."""
    primary = service.deployments[0]
    alive = [task for task in service.tasks if not task.is_leaving]
    if len(alive) != desired or service.running_count != desired:
        return False
    if not all(task.is_healthy and task.deployment is primary for task in alive):
        return False
    groups = backend("elbv2").target_groups
    serving = [groups.get(balancer["targetGroupArn"]) for balancer in service.load_balancers]
    return all(group and surroundings.elb.count_healthy(group) >= desired for group in serving)
