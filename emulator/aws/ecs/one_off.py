"""One-off tasks (RunTask): their command really runs, its curl reaches emulated services."""

import json
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs import responses

from ...account import LOCK, Endpoints, backend
from ...host.hosts import Hosts
from ...host.programs import find_refusal
from ...host.scripts import Outcome, Scripts, WorldEndedError
from ...part import Part, override
from ...settings import Settings
from ..ecr import Ecr
from .service_tasks import CONTAINER_EXITED, EXITED, FAILS_TO_START, describe_missing_image

TIMEOUT_S = 120
#: characters, JSON included; AWS, API reference of RunTask
LONGEST_OVERRIDES = 8192


class ConflictError(ServiceException):
    """As AWS answers to another request under a client token that it knows."""

    def __init__(self) -> None:
        message = "The provided clientToken is already in use with a different RunTask request."
        super().__init__("ConflictException", message)


class TooLongError(ServiceException):
    def __init__(self) -> None:
        message = f"Container Overrides length must be at most {LONGEST_OVERRIDES}"
        super().__init__("InvalidParameterException", message)


@dataclass
class OneOff:
    """A task that waits to be started, or runs."""

    moto: Any
    #: the first container of its definition
    container: dict[str, Any]
    command: list[str]
    #: ARN, or nothing
    role: str
    born: float

    @property
    def script(self) -> str:
        return self.command[-1] if self.command else ""


class OneOffTasks(Part):
    def __init__(self, settings: Settings, hosts: Hosts, ecr: Ecr, endpoints: Endpoints) -> None:
        self.settings = settings
        self.hosts = hosts
        self.ecr = ecr
        self.endpoints = endpoints
        self.reset()

    def reset(self) -> None:
        #: client token → the task it started and what was asked; AWS keeps them for a day
        self.tokens: dict[str, Any] = {}
        self.pending: list[OneOff] = []

    def install(self) -> None:
        override(responses.EC2ContainerServiceResponse, "run_task", self.run_task)

    def run_task(self, original: Any, request: Any) -> ActionResult:
        overrides = request._get_param("overrides")
        if overrides and len(json.dumps(overrides)) > LONGEST_OVERRIDES:
            raise TooLongError
        token = request._get_param("clientToken")
        asked = [request._get_param(name) for name in ("taskDefinition", "overrides", "networkConfiguration")]
        if token in self.tokens:
            task, before = self.tokens[token]
            if asked != before:
                raise ConflictError
            return ActionResult({"tasks": [task], "failures": []})
        result = original(request)
        for task in result.result["tasks"]:
            definition = request.ecs_backend.describe_task_definition(task.task_definition_arn)
            self.pending.append(prepare(task, definition))
            if token:
                self.tokens[token] = (task, asked)
        return result

    def tick(self, now: float) -> None:
        due = [task for task in self.pending if now - task.born > self.settings["task_start_s"]]
        for task in due:
            self.pending.remove(task)
            self.start(task)
        self.forget_stopped()

    def forget_stopped(self) -> None:
        for tasks in backend("ecs").tasks.values():
            for arn in [arn for arn, task in tasks.items() if self.is_forgotten(task)]:
                del tasks[arn]

    def is_forgotten(self, task: Any) -> bool:
        stopped_at = getattr(task, "stopped_at", None)
        is_stopped = task.last_status == "STOPPED" and stopped_at is not None
        return is_stopped and (utcnow() - stopped_at).total_seconds() > self.settings["stopped_task_s"]

    def start(self, task: OneOff) -> None:
        image = task.container["image"]
        if not self.ecr.has_image(image):
            end(task, None, describe_missing_image(image), FAILS_TO_START)
            return
        task.moto.last_status = task.moto.containers[0].last_status = "RUNNING"
        environment = {
            "PATH": str(self.hosts.programs.make_for_task(self.hosts.root / "task-bin")),
            "EMULATOR": self.endpoints.aws,
            "VPC": find_vpc(task.moto),
            "ADDRESS": read_interface(task.moto).get("privateIPv4Address", ""),
            "LC_ALL": "C",
            **give_role(task.role),
        }
        arguments = (task, self.hosts.scripts, self.hosts.root, environment)
        threading.Thread(target=carry_out, args=arguments, daemon=True).start()


def find_vpc(moto: Any) -> str:
    """Where the task's interface is; its names are resolved there."""
    subnet = read_interface(moto).get("subnetId")
    return str(backend("ec2").get_subnet(subnet).vpc_id) if subnet else ""


def read_interface(moto: Any) -> dict[str, str]:
    return {each["name"]: each["value"] for attachment in moto.attachments for each in attachment["details"]}


def give_role(arn: str) -> dict[str, str]:
    """Where a task's keys are; TASK_ROLE is the stub's."""
    return {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/emulated", "TASK_ROLE": arn} if arn else {}


def prepare(task: Any, definition: Any) -> OneOff:
    """moto's task is over at once; this one is still to come."""
    first = task.containers[0]
    first.exitCode, first.health_status = None, "UNKNOWN"
    task.last_status, task.created_at = "PENDING", utcnow()
    container = definition.container_definitions[0]
    overrides = task.overrides or {}
    commands = [each["command"] for each in overrides.get("containerOverrides", []) if "command" in each]
    command = commands[0] if commands else container.get("command")
    role = overrides.get("taskRoleArn") or getattr(definition, "task_role_arn", None) or ""
    return OneOff(task, container, command or [], role, time.time())


def carry_out(task: OneOff, scripts: Scripts, folder: Any, environment: dict[str, str]) -> None:
    try:
        outcome = run(task.script, scripts, folder, environment)
    except WorldEndedError:
        return
    with LOCK:
        if not scripts.have_ended:
            end(task, outcome, EXITED, CONTAINER_EXITED)


def run(script: str, scripts: Scripts, folder: Any, environment: dict[str, str]) -> Outcome:
    if reason := find_refusal(script):
        return Outcome(126, reason, "")
    try:
        return scripts.run(script, folder, environment, TIMEOUT_S, merges_output=True)
    except subprocess.TimeoutExpired:
        return Outcome(137, "", "")


def end(task: OneOff, outcome: Outcome | None, reason: str, stop_code: str) -> None:
    """STOPPED; an outcome of None is that of a task that never ran."""
    if outcome:
        write_log(task, outcome.out)
    moto = task.moto
    moto.containers[0].exitCode = outcome.code if outcome else None
    moto.containers[0].last_status = moto.last_status = moto.desired_status = "STOPPED"
    moto.stopped_reason, moto.stop_code, moto.stopped_at = reason, stop_code, utcnow()
    details = [detail for attachment in moto.attachments for detail in attachment["details"]]
    for detail in details:
        if detail["name"] == "networkInterfaceId":
            backend("ec2").enis.pop(detail["value"], None)


def write_log(task: OneOff, output: str) -> None:
    options = (task.container.get("logConfiguration") or {}).get("options") or {}
    group, logs = options.get("awslogs-group"), backend("logs")
    if group not in logs.groups:
        return
    prefix = options.get("awslogs-stream-prefix", "ecs")
    stream = f"{prefix}/{task.container['name']}/{task.moto.id}"
    logs.create_log_stream(group, stream)
    at_ms = int(time.time() * 1000)
    lines = [{"timestamp": at_ms, "message": line} for line in output.splitlines() if line]
    if lines:
        logs.put_log_events(group, stream, lines)
