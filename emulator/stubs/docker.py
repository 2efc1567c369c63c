"""docker: ps, inspect, network and exec, as far as our scripts use them."""

import json
import re

from .compose import run_compose
from .state import NETWORK, Container, fail, find_container, list_containers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NETWORK_ID = "0f1e2d3c4b5a"
#: as Grafana's programs ask for all files of a folder
CAT_FOLDER = 'cat "$0"/* 2>/dev/null'
#: of Go's templates: a container's address in each of its networks, an entry of a map,
#: a field as JSON, a field
ADDRESSES = re.compile(r"\{\{range \.NetworkSettings\.Networks\}\}\{\{\.IPAddress\}\}(.*?)\{\{end\}\}")
ENTRY = re.compile(r"\{\{json \(index (\S+) \"([^\"]+)\"\)\}\}")
JSON_FIELD = re.compile(r"\{\{json (\S+?)\}\}")
FIELD = re.compile(r"\{\{(\.\S+?)\}\}")


def run_docker(arguments: list[str]) -> None:
    verb, rest = arguments[0], arguments[1:]
    if verb == "compose":
        run_compose(rest)
    elif verb == "ps":
        list_running(rest)
    elif verb == "inspect":
        inspect(rest)
    elif verb == "exec":
        execute(rest[0], rest[1:])
    elif arguments[:2] == ["network", "ls"]:
        print(NETWORK_ID)
    elif arguments[:2] == ["network", "inspect"]:
        print(f"{NETWORK}.0/16 ")
    else:
        fail("docker: not found", 127)


def list_running(arguments: list[str]) -> None:
    """The name stands for the id."""
    for container in list_containers():
        if container.is_running:
            name = container.name
            image = container.service["image"]
            print(name if "-q" in arguments else f"{name}\t{image}")


def inspect(arguments: list[str]) -> None:
    template, names = take_format(arguments)
    for name in names:
        container = find_container(name)
        if not container:
            fail(f"Error: No such object: {name}")
        fields = describe(container)
        print(render(template, fields, container.address) if template else json.dumps([fields]))


def take_format(arguments: list[str]) -> "tuple[str | None, list[str]]":
    """The template, where one is given, and the names."""
    if "--format" not in arguments:
        return None, [each for each in arguments if not each.startswith("-")]
    index = arguments.index("--format")
    others = arguments[:index] + arguments[index + 2 :]
    return arguments[index + 1], [each for each in others if not each.startswith("-")]


def describe(container: Container) -> "dict[str, Any]":
    service = container.service
    return {
        "Id": container.name,
        "Name": f"/{container.name}",
        "Args": service.get("args", []),
        "SizeRw": service.get("layer", 0),
        "Mounts": service.get("mounts", []),
        "State": {
            "Pid": container.pid if container.is_running else 0,
            "Status": service["state"],
        },
        "Config": {
            "Image": service["image"],
            "Env": [f"{key}={value}" for key, value in service.get("env", {}).items()],
            "Labels": {
                "com.docker.compose.service": container.name,
            },
        },
        "HostConfig": {
            "NetworkMode": service.get("network", "lgtm_default"),
        },
        "NetworkSettings": {
            "Networks": {
                "lgtm_default": {"IPAddress": container.address},
            },
        },
    }


def render(template: str, fields: "dict[str, Any]", address: str) -> str:
    def read(path: str) -> "Any":
        value = fields
        for key in path.strip(".").split("."):
            value = value[key] if key else value
        return value

    text = ADDRESSES.sub(lambda found: address + found[1], template)
    text = ENTRY.sub(lambda found: json.dumps(read(found[1]).get(found[2])), text)
    text = JSON_FIELD.sub(lambda found: dump(read(found[1])), text)
    return FIELD.sub(lambda found: str(read(found[1])), text)


def dump(value: "Any") -> str:
    """As Go writes it."""
    return json.dumps(value, separators=(",", ":"))


def execute(name: str, command: list[str]) -> None:
    """docker exec: cat of a file that the state holds, or of a folder's files, and Grafana's health."""
    container = find_container(name)
    if not container:
        fail(f"Error response from daemon: No such container: {name}")
    service = container.service
    if command[0] == "cat":
        print(service.get("files", {}).get(command[1]) or fail(f"cat: {command[1]}: No such file or directory"))
    elif command[:3] == ["sh", "-c", CAT_FOLDER]:
        print("\n".join(text for path, text in service.get("files", {}).items() if path.startswith(f"{command[3]}/")))
    elif "/api/health" in command[-1]:
        version = service.get("version") or service["image"].split(":")[-1]
        print(json.dumps({"database": "ok", "version": version}))
    else:
        fail(f"{command[0]}: not found", 127)
