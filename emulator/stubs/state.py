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

    @property
    def is_on_host(self) -> bool:
        """It has no network of its own, and no ports that Docker knows."""
        return bool(self.service.get("network") == "host")

    def list_published(self) -> "list[dict[str, Any]]":
        return list_published(self.service)


def list_published(service: "dict[str, Any]") -> "list[dict[str, Any]]":
    """{address, port, target, protocol} of each: its `ports`, at every address, and what `published` says more of."""
    plain = [{"port": port} for port in service["ports"]]
    return [
        {
            "address": "0.0.0.0",
            "target": each["port"],
            "protocol": "tcp",
            **each,
        }
        for each in plain + service.get("published", [])
    ]


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
    """Who is connected, as the emulator's witness and its senders show it."""
    clients: list[dict[str, Any]] = load_beside("clients.json") or []
    senders: list[dict[str, Any]] = load_beside("senders.json") or []
    return clients + senders


def load_received() -> "dict[str, int]":
    """How often something came in at each service, as the emulator counts it."""
    received: dict[str, int] = load_beside("received.json") or {}
    return received


def load_beside(name: str) -> "Any":
    """What the emulator shows in a file of its own; None where it has not yet."""
    folder = os.path.dirname(read_path())
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return json.load(file)


def save(state: "dict[str, Any]") -> None:
    """Whole or not at all: the emulator reads without a lock."""
    new = os.path.splitext(read_path())[0] + ".new"
    with open(new, "w") as file:
        json.dump(state, file)
    os.replace(new, read_path())


def list_containers() -> list[Container]:
    """Everything on the host: of each Compose project, and `containers`, which are of none."""
    state = load()
    projects = state["projects"].values()
    services = [each for project in projects for each in project["services"].items()]
    strangers = state.get("containers", {})
    for name, service in strangers.items():
        services.append((name, make_stranger(service)))
    return [Container(name, service, index) for index, (name, service) in enumerate(services)]


def make_stranger(service: "dict[str, Any]") -> "dict[str, Any]":
    """A container of no project; it publishes nothing where nothing is said."""
    return {
        "state": "running",
        "ports": [],
        **service,
    }


def find_container(name: str) -> "Container | None":
    return next((each for each in list_containers() if each.name == name), None)


def fail(text: str, code: int = 1) -> "NoReturn":
    print(text, file=sys.stderr)
    sys.exit(code)
