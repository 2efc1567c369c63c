"""docker compose, as far as our scripts use it."""

import json
import sys
import time
from typing import NamedTuple

from .state import fail, list_published, load, save

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: options before the verb that have a value of their own
WITH_VALUE = ("-f", "-p", "--file", "--project-name", "--project-directory")
NO_FILE = "no configuration file provided: not found"
#: exit code of a project that is not there
NOT_FOUND = 14


def run_compose(arguments: list[str]) -> None:
    place, arguments = take_place(arguments)
    directory = place.directory
    if not directory.startswith("/"):
        fail(f"{NO_FILE} (give an absolute --project-directory)", NOT_FOUND)
    state = load()
    project = state["projects"].get(directory.rstrip("/"))
    if project is None or project.get("file", place.file) != place.file:
        fail(f"{NO_FILE} in {directory}", NOT_FOUND)
    verb, services = arguments[0], project["services"]
    if verb == "ps":
        list_services(services, arguments)
    elif arguments == ["config", "--services"]:
        print("\n".join(services))
    elif verb in ("up", "start"):
        if state.get("compose_fails"):
            fail("Error response from daemon: driver failed programming external connectivity")
        time.sleep(state.get("compose_hangs_s", 0))
        turn(state, choose_services(services, arguments[1:]), "running", "Started")
    elif verb in ("stop", "down", "kill"):
        turn(state, services, "exited", "Stopped")
    else:
        fail(f"unknown docker command: compose {verb}")


class Place(NamedTuple):
    directory: str
    #: its name; empty: the one that Compose finds there
    file: str


def take_place(arguments: list[str]) -> "tuple[Place, list[str]]":
    """The project's directory, which is its first file's where none is given, and what follows the options."""
    options: dict[str, str] = {}
    while arguments and arguments[0].startswith("-"):
        name, _, value = arguments[0].partition("=")
        takes_next = name in WITH_VALUE and not value
        options.setdefault(name, arguments[1] if takes_next else value)
        arguments = arguments[2:] if takes_next else arguments[1:]
    folder, _, file = options.get("-f", options.get("--file", "")).rpartition("/")
    return Place(options.get("--project-directory", folder), file), arguments


def choose_services(services: "dict[str, Any]", arguments: list[str]) -> "dict[str, Any]":
    """What up starts: those that are named and what they depend on, or all."""
    names = [each for each in arguments if not each.startswith("-")]
    chosen: dict[str, Any] = {}
    waiting = names or list(services)
    while waiting:
        name = waiting.pop()
        if name in chosen:
            continue
        chosen[name] = services[name]
        if "--no-deps" not in arguments:
            waiting += services[name].get("depends_on", [])
    return chosen


def turn(state: "dict[str, Any]", services: "dict[str, Any]", status: str, word: str) -> None:
    for service in services.values():
        service["state"] = status
    save(state)
    print(word, file=sys.stderr)


def list_services(services: "dict[str, Any]", arguments: list[str]) -> None:
    if "-q" in arguments:
        print("\n".join(services))
        return
    shows_all = "-a" in arguments or "--all" in arguments
    is_json = "json" in " ".join(arguments)
    for name, service in services.items():
        if service["state"] == "running" or shows_all:
            print(json.dumps(describe(name, service)) if is_json else f"{name}\t{service['state']}")


def describe(name: str, service: "dict[str, Any]") -> "dict[str, Any]":
    is_on_host = service.get("network") == "host"
    published = [] if is_on_host else list_published(service)
    return {
        "ID": name,
        "Name": name,
        "Service": name,
        "Image": service["image"],
        "State": service["state"],
        "Health": "healthy" if service["state"] == "running" else "",
        "Publishers": [describe_port(port) for port in published],
    }


def describe_port(published: "dict[str, Any]") -> "dict[str, Any]":
    return {
        "URL": published["address"],
        "TargetPort": published["target"],
        "PublishedPort": published["port"],
        "Protocol": published["protocol"],
    }
