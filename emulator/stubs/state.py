"""What a host's programs hold, in the file $HOST_STATE."""

import fcntl
import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn, TextIO

#: the network of the Compose project
NETWORK = "172.18.0"
FIRST_PID = 4000
#: the last part of the first container's address
FIRST_ADDRESS = 2


class Container:
    def __init__(self, name: str, service: "dict[str, Any]", index: int) -> None:
        self.name = name
        self.service = service
        self.pid = FIRST_PID + index
        self.address = f"{NETWORK}.{FIRST_ADDRESS + index}"

    @property
    def is_running(self) -> bool:
        return bool(self.service["state"] == "running")


def read_path() -> str:
    return os.environ["HOST_STATE"]


def read_host_id() -> str:
    """The instance's id, which is the name of its folder."""
    return os.path.basename(os.path.dirname(read_path()))


def lock() -> "TextIO":
    """Held until the file is closed."""
    file = open(os.path.splitext(read_path())[0] + ".lock", "w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def load() -> "dict[str, Any]":
    with open(read_path()) as file:
        state: dict[str, Any] = json.load(file)
    return state


def load_clients() -> "list[dict[str, Any]]":
    """Who is connected, as the emulator's witness shows it."""
    path = os.path.join(os.path.dirname(read_path()), "clients.json")
    if not os.path.exists(path):
        return []
    with open(path) as file:
        clients: list[dict[str, Any]] = json.load(file)
    return clients


def save(state: "dict[str, Any]") -> None:
    """Whole or not at all: the emulator reads without a lock."""
    new = os.path.splitext(read_path())[0] + ".new"
    with open(new, "w") as file:
        json.dump(state, file)
    os.replace(new, read_path())


def list_containers() -> list[Container]:
    """Everything on the host."""
    projects = load()["projects"].values()
    services = [each for project in projects for each in project["services"].items()]
    return [Container(name, service, index) for index, (name, service) in enumerate(services)]


def find_container(name: str) -> "Container | None":
    return next((each for each in list_containers() if each.name == name), None)


def fail(text: str, code: int = 1) -> "NoReturn":
    print(text, file=sys.stderr)
    sys.exit(code)
