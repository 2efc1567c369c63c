"""SSM Run Command that really runs its script, with stubs as the whole PATH."""

import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ssm import responses

from ..account import ACCOUNT, Endpoints
from ..host.hosts import Hosts
from ..host.programs import find_refusal
from ..host.scripts import Outcome, Scripts, WorldEndedError
from ..part import Part, Routes, override
from ..settings import Settings
from .instances import find_instances, is_running

#: characters that GetCommandInvocation gives of an output; AWS, API reference
OUTPUT_LIMIT = 24_000
#: of a command that has not ended
NO_OUTCOME = Outcome(-1, "", "")


class InvalidInstanceId(ServiceException):
    code = "InvalidInstanceId"


class InvocationDoesNotExist(ServiceException):
    code = "InvocationDoesNotExist"


@dataclass
class Command:
    """One command on one host."""

    id: str
    instance_id: str
    comment: str
    parameters: dict[str, list[str]]
    timeout_s: float
    born: float = field(default_factory=time.time)
    status: str = "Pending"
    outcome: Outcome = NO_OUTCOME

    @property
    def script(self) -> str:
        return "\n".join(self.parameters.get("commands", []))

    def end(self, status: str, outcome: Outcome) -> None:
        """The outcome comes first: who sees the status reads it."""
        self.outcome = outcome
        self.status = status

    def describe(self) -> dict[str, Any]:
        return {
            "CommandId": self.id,
            "InstanceId": self.instance_id,
            "Comment": self.comment,
            "Status": self.status,
            "StatusDetails": self.status,
            "ResponseCode": self.outcome.code,
            "StandardOutputContent": self.outcome.out[:OUTPUT_LIMIT],
            "StandardErrorContent": self.outcome.err[:OUTPUT_LIMIT],
            "DocumentName": "AWS-RunShellScript",
        }


class Ssm(Part):
    def __init__(self, settings: Settings, hosts: Hosts, endpoints: Endpoints) -> None:
        self.settings = settings
        self.hosts = hosts
        self.endpoints = endpoints
        self.reset()

    def reset(self) -> None:
        #: (command id, instance id) → command
        self.commands: dict[tuple[str, str], Command] = {}

    def install(self) -> None:
        kind = responses.SimpleSystemManagerResponse
        override(kind, "send_command", self.send_command)
        override(kind, "get_command_invocation", self.get_command_invocation)
        override(kind, "list_command_invocations", self.list_command_invocations)
        override(kind, "describe_instance_information", self.describe_instance_information)

    def find_online(self) -> list[Any]:
        """Hosts whose agent answers."""
        if not self.settings["ssm_agents"]:
            return []
        return [instance for instance in find_instances() if is_running(instance)]

    def send_command(self, _: Any, request: Any) -> ActionResult:
        instance_ids: list[str] = request._get_param("InstanceIds") or []
        parameters = request._get_param("Parameters") or {}
        comment = request._get_param("Comment") or ""
        online = {instance.id for instance in self.find_online()}
        for instance_id in instance_ids:
            if instance_id not in online:
                raise InvalidInstanceId(f"Instances [[{instance_id}]] not in a valid state for account {ACCOUNT}")
        command_id = str(uuid.uuid4())
        timeout_s = int((parameters.get("executionTimeout") or ["3600"])[0])
        for instance_id in instance_ids:
            self.start(Command(command_id, instance_id, comment, parameters, timeout_s))
        described = {
            "CommandId": command_id,
            "DocumentName": request._get_param("DocumentName"),
            "Comment": comment,
            "InstanceIds": instance_ids,
            "Status": "Pending",
            "Parameters": parameters,
        }
        return ActionResult({"Command": described})

    def start(self, command: Command) -> None:
        """In the background. What the script needs is taken now: it may outlast the world."""
        self.commands[command.id, command.instance_id] = command
        environment = self.make_environment(command.instance_id)
        folder = self.hosts.folder_of(command.instance_id)
        arguments = (
            command,
            self.hosts.scripts,
            folder,
            environment,
            self.settings["ssm_delay_s"],
        )
        threading.Thread(target=carry_out, args=arguments, daemon=True).start()

    def make_environment(self, instance_id: str) -> dict[str, str]:
        return {
            "PATH": str(self.hosts.programs.make_for_host(self.hosts.root / "bin")),
            "HOST_STATE": str(self.hosts.folder_of(instance_id) / "state.json"),
            "HOME": "/root",
            "LC_ALL": "C",
            "EFS": str(self.hosts.file_systems),
            "EMULATOR": self.endpoints.aws,
        }

    def get_command_invocation(self, _: Any, request: Any) -> ActionResult:
        """Unknown for a moment after SendCommand, as at AWS."""
        key = (request._get_param("CommandId"), request._get_param("InstanceId"))
        command = self.commands.get(key)
        if not command or time.time() - command.born < self.settings["ssm_delay_s"] / 2:
            raise InvocationDoesNotExist("InvocationDoesNotExist")
        return ActionResult(command.describe())

    def list_command_invocations(self, _: Any, request: Any) -> ActionResult:
        command_id, instance_id = (
            request._get_param("CommandId"),
            request._get_param("InstanceId"),
        )
        found = [
            command
            for command in self.commands.values()
            if command_id in (None, command.id) and instance_id in (None, command.instance_id)
        ]
        newest_first = sorted(found, key=lambda command: -command.born)
        described = [command.describe() for command in newest_first]
        return ActionResult({"CommandInvocations": described})

    def describe_instance_information(self, _: Any, request: Any) -> ActionResult:
        filters = request._get_param("Filters") or []
        by_id = [each["Values"] for each in filters if each["Key"] == "InstanceIds"]
        wanted = [instance_id for values in by_id for instance_id in values]
        found = [instance for instance in self.find_online() if not wanted or instance.id in wanted]
        described = [describe_agent(instance) for instance in found]
        return ActionResult({"InstanceInformationList": described})

    def list_commands(self, *_: object) -> list[dict[str, Any]]:
        """All commands with what they ran, for tests."""
        return [
            {
                **command.describe(),
                "at": command.born,
                "commands": command.parameters.get("commands"),
            }
            for command in self.commands.values()
        ]

    def routes(self) -> Routes:
        return {("GET", "/_emulator/commands"): self.list_commands}


def describe_agent(instance: Any) -> dict[str, str]:
    return {
        "InstanceId": instance.id,
        "PingStatus": "Online",
        "PlatformType": "Linux",
        "PlatformName": "Amazon Linux",
    }


def carry_out(
    command: Command,
    scripts: Scripts,
    folder: Any,
    environment: dict[str, str],
    delay_s: float,
) -> None:
    # the agent was not there at the first try
    command.status = "Delayed"
    time.sleep(delay_s)
    command.status = "InProgress"
    if reason := find_refusal(command.script):
        command.end("Failed", Outcome(126, "", reason))
        return
    try:
        outcome = scripts.run(command.script, folder, environment, command.timeout_s)
        command.end("Success" if outcome.code == 0 else "Failed", outcome)
    except subprocess.TimeoutExpired:
        command.end("TimedOut", Outcome(-1, "", "timed out"))
    except WorldEndedError:
        return
