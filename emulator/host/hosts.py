"""EC2 hosts as their scripts see them: a folder each, what their programs hold, and
Docker's ways at start and stop.
"""

import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import signal
import tempfile
from collections.abc import Iterator
from typing import Any

from ..part import Body, Part, Query, Routes
from .programs import Programs
from .scripts import Scripts

#: what a host's programs hold, see stubs/; README.md lists the keys that can be set
HostState = dict[str, Any]
#: of a file that is replaced as a whole: its inode, when it was written, its size
Version = tuple[int, int, int]


class Hosts(Part):
    def __init__(self) -> None:
        self.programs = Programs()
        self.open()

    def open(self) -> None:
        #: everything on disk of this world
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="lgtm-emulator-"))
        self.scripts = Scripts()
        #: of each instance what was read last, and of which version of the file
        self.seen: dict[str, tuple[Version, HostState]] = {}

    def reset(self) -> None:
        self.close()
        self.open()

    def close(self) -> None:
        """Scripts end first: none starts a unit that nobody would end."""
        self.scripts.end()
        for path in self.root.glob("i-*/state.json"):
            end_units(json.loads(path.read_text()))
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def file_systems(self) -> pathlib.Path:
        """EFS: a folder per file system."""
        return self.root / "efs"

    def folder_of(self, instance_id: str) -> pathlib.Path:
        folder = self.root / instance_id
        folder.mkdir(exist_ok=True)
        return folder

    def find_ids(self) -> list[str]:
        """Instances with a state on disk."""
        return [path.parent.name for path in self.root.glob("*/state.json")]

    def load(self, instance_id: str) -> HostState:
        path = self.folder_of(instance_id) / "state.json"
        if not path.exists():
            return {"projects": {}, "flushes": [], "flushed": [], "reboots": 0}
        state: HostState = json.loads(path.read_text())
        return state

    def look(self, instance_id: str) -> HostState:
        """The state as it is, read anew where it has changed. Nobody writes to it: several hold it."""
        try:
            stat = (self.root / instance_id / "state.json").stat()
        except FileNotFoundError:
            return self.load(instance_id)
        version = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        seen = self.seen.get(instance_id)
        if seen and seen[0] == version:
            return seen[1]
        state = self.load(instance_id)
        self.seen[instance_id] = (version, state)
        return state

    def save(self, instance_id: str, state: HostState) -> None:
        path = self.folder_of(instance_id) / "state.json"
        path.with_suffix(".new").write_text(json.dumps(state))
        path.with_suffix(".new").replace(path)

    @contextlib.contextmanager
    def change(self, instance_id: str) -> Iterator[HostState]:
        """A host's state, to be changed: under the lock that its programs take too."""
        with (self.folder_of(instance_id) / "state.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            state = self.load(instance_id)
            yield state
            self.save(instance_id, state)

    def show_clients(self, instance_id: str, peers: list[str], port: int) -> None:
        """Who is connected to a port, beside those that its state names."""
        connections = [{"peer": peer, "port": port} for peer in peers]
        self.show(instance_id, "clients.json", connections)

    def show_received(self, instance_id: str, counts: dict[str, int]) -> None:
        """How often something came in at each service."""
        self.show(instance_id, "received.json", counts)

    def show(self, instance_id: str, name: str, content: object) -> None:
        """Whole or not at all: the programs read it without a lock."""
        path = self.folder_of(instance_id) / name
        path.with_suffix(".new").write_text(json.dumps(content))
        path.with_suffix(".new").replace(path)

    def is_serving(self, instance_id: str) -> bool:
        """Whether there are containers and all of them run."""
        state = self.look(instance_id)
        containers = list_containers(state)
        return bool(state["projects"]) and all(each["state"] == "running" for _, each in containers)

    def stop(self, instance_id: str) -> None:
        with self.change(instance_id) as state:
            end_units(state)
            for _, container in list_containers(state):
                container["ran"] = container["state"] == "running"
                container["state"] = "exited"

    def start(self, instance_id: str) -> None:
        with self.change(instance_id) as state:
            for _, container in list_containers(state):
                if comes_back(container):
                    container["state"] = "running"

    def reboot(self, instance_id: str) -> None:
        with self.change(instance_id) as state:
            state["reboots"] += 1
        self.stop(instance_id)
        self.start(instance_id)

    def answer(self, query: Query, body: Body) -> HostState:
        """What a host's programs hold; a body of {"id", …} replaces the keys that it
        names.
        """
        instance_id = query.get("id") or body["id"]
        if body:
            with self.change(instance_id) as state:
                state.update({key: value for key, value in body.items() if key != "id"})
        return self.load(instance_id)

    def routes(self) -> Routes:
        return {
            ("GET", "/_emulator/host"): self.answer,
            ("POST", "/_emulator/host"): self.answer,
        }


def list_containers(state: HostState) -> list[tuple[str, dict[str, Any]]]:
    """(service, container) of every Compose project on a host."""
    projects = state["projects"].values()
    return [each for project in projects for each in project["services"].items()]


def comes_back(container: dict[str, Any]) -> bool:
    """What Docker starts with itself: `always`, and `unless-stopped` only when it ran before."""
    restart = container["restart"]
    return restart == "always" or (restart == "unless-stopped" and bool(container.get("ran")))


def end_units(state: HostState) -> None:
    """What systemd-run started ends with its host."""
    for pid in state.get("units", {}).values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    state["units"] = {}
