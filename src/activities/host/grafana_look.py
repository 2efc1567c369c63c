"""What the Grafana of a Compose stack was told: which database it uses, where its SQLite lies, its secret_key's digest.

No value of a setting that may be secret leaves the host, nor an unsalted digest of one.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

from grafana_outward import describe_outward
from grafana_shell import answer, run, run_or_exit

DATA_FOLDER = "/var/lib/grafana"
SETTINGS_FILE = "/etc/grafana/grafana.ini"
PROVISIONING_FOLDER = "/etc/grafana/provisioning"
HEALTH_COMMAND = "curl -fsS http://127.0.0.1:${GF_SERVER_HTTP_PORT:-3000}/api/health"
# what a move runs on the host beside Docker and Python
TOOLS = ("systemd-run", "mount", "mount.nfs4")

# lines of a grafana.ini
HEADER = re.compile(r"^\s*\[([^\]]+)\]")
PAIR = re.compile(r"^\s*([\w.-]+)\s*=\s*(.*?)\s*$")
# what Grafana puts something else in place of, within a value
FILE_REFERENCE = re.compile(r"\$__file\{([^}]+)\}")
VARIABLE_REFERENCE = re.compile(r"\$(?:__env)?\{(\w+)\}")


class Container:
    """Grafana's container, after docker inspect."""

    def __init__(self, inspected: dict[str, Any]) -> None:
        self.id: str = inspected["Id"]
        self.mounts: list[dict[str, Any]] = inspected.get("Mounts") or []
        self.environment: dict[str, str] = {}
        for entry in inspected["Config"].get("Env") or []:
            name, _, value = entry.partition("=")
            self.environment[name] = value

    def read(self, path: str) -> str:
        """A file of the container; empty where there is none."""
        done = run("docker", "exec", self.id, "cat", path)
        return done.stdout if done.returncode == 0 else ""

    def read_folder(self, path: str) -> str:
        """All files right in a folder of the container; empty where there are none."""
        done = run("docker", "exec", self.id, "sh", "-c", 'cat "$0"/* 2>/dev/null', path)
        return done.stdout

    def read_version(self) -> str | None:
        """The version that Grafana itself tells; None where it does not answer."""
        done = run("docker", "exec", self.id, "sh", "-c", HEALTH_COMMAND)
        text = done.stdout.strip()
        if done.returncode != 0 or not text.startswith("{"):
            return None
        health = json.loads(text)
        version: str | None = health.get("version")
        return version


def look(task: dict[str, Any]) -> dict[str, Any]:
    """What preflight compares with the plan; `key` is salted with the task's nonce."""
    container = find_container(task)
    if container is None:
        return {"there": False}
    settings = read_settings(container)
    database = database_of(settings)
    path = None
    if database["type"] == "sqlite3":
        path = path_on_host(container.mounts, settings)
    key = settings.get("GF_SECURITY_SECRET_KEY") or task["defaultKey"]
    folder = settings.get("GF_PATHS_PROVISIONING") or PROVISIONING_FOLDER
    return {
        "there": True,
        "version": container.read_version(),
        **database,
        "key": digest_key(key, task["nonce"], task["rounds"]),
        "path": path,
        "found": path is not None and Path(path).exists(),
        "missing": [tool for tool in TOOLS if not shutil.which(tool)],
        **describe_outward(settings, container.read, container.read_folder(f"{folder}/alerting"), path),
    }


def find_container(task: dict[str, Any]) -> Container | None:
    """The container of that service, else the one that runs Grafana's image."""
    listed = [one for project in list_projects(task) for one in list_containers(project)]
    named = [one for one in listed if one["Service"] == task["service"]]
    grafanas = [one for one in listed if "grafana/grafana" in one.get("Image", "")]
    found = named or grafanas
    if not found:
        return None
    text = run_or_exit("docker", "inspect", found[0]["ID"])
    inspected = json.loads(text)
    return Container(inspected[0])


def list_projects(task: dict[str, Any]) -> list[list[str]]:
    """Compose's options for each project, as containers.ts has them."""
    directory = task["composeDirectory"]
    if not task.get("composeFiles"):
        return [["--project-directory", directory]]
    projects = []
    for project in task["composeFiles"]:
        option = "-f" if project.endswith((".yml", ".yaml")) else "--project-directory"
        projects.append([word for path in project.split(":") for word in (option, f"{directory}/{path}")])
    return projects


def list_containers(project: list[str]) -> list[dict[str, Any]]:
    """Compose 2.21 prints a line per container, older ones an array."""
    output = run_or_exit("docker", "compose", *project, "ps", "--format", "json")
    text = output.strip()
    if text.startswith("["):
        listed: list[dict[str, Any]] = json.loads(text)
        return listed
    return [json.loads(line) for line in text.splitlines()]


def read_settings(container: Container) -> dict[str, str]:
    """All settings under the names of their environment variables, which win over grafana.ini."""
    environment = container.environment
    path = environment.get("GF_PATHS_CONFIG", SETTINGS_FILE)
    settings = parse_ini(container.read(path))
    for name, value in environment.items():
        if not name.startswith("GF_") or not value:
            continue
        if name.endswith("__FILE"):
            setting = name[: -len("__FILE")]
            settings[setting] = container.read(value).rstrip("\n")
        else:
            settings[name] = value
    expanded = {}
    for name, value in settings.items():
        expanded[name] = expand(value, container)
    return expanded


def parse_ini(text: str) -> dict[str, str]:
    """Settings of a grafana.ini: `[database] type` is GF_DATABASE_TYPE."""
    settings = {}
    section = "DEFAULT"
    for line in text.splitlines():
        header = HEADER.match(line)
        pair = PAIR.match(line)
        if header:
            section = header.group(1)
        elif pair:
            name = variable_of(section, pair.group(1))
            value = pair.group(2)
            settings[name] = value.strip('"').strip("`")
    return settings


def variable_of(section: str, key: str) -> str:
    """The environment variable that sets the same."""
    name = f"GF_{section}_{key}".upper()
    return name.replace(".", "_").replace("-", "_")


def expand(value: str, container: Container) -> str:
    """A value with what Grafana itself puts in place of $__file{path}, $__env{NAME} and ${NAME}."""

    def read_file(match: re.Match[str]) -> str:
        return container.read(match.group(1)).strip()

    def read_variable(match: re.Match[str]) -> str:
        return container.environment.get(match.group(1), "")

    value = FILE_REFERENCE.sub(read_file, value)
    return VARIABLE_REFERENCE.sub(read_variable, value)


def database_of(settings: dict[str, str]) -> dict[str, str | None]:
    """Kind, host and name of the database; a URL wins over the single settings."""
    url = settings.get("GF_DATABASE_URL")
    if url:
        return database_at(url, settings)
    return {
        "type": settings.get("GF_DATABASE_TYPE") or "sqlite3",
        "host": settings.get("GF_DATABASE_HOST"),
        "name": settings.get("GF_DATABASE_NAME"),
    }


def database_at(url: str, settings: dict[str, str]) -> dict[str, str | None]:
    """The database that a URL names; MySQL's form is user@tcp(host:port)/name."""
    kind = url.split(":", maxsplit=1)[0]
    # a password may hold whatever ends a host or a path, an @ too: all before the last one is none of them
    _, _, place = url.rpartition("@")
    address, _, path = place.partition("?")[0].rstrip("/").partition("/")
    host = address.strip("()").replace("tcp(", "") if "@" in url else settings.get("GF_DATABASE_HOST")
    return {
        "type": kind.replace("postgresql", "postgres"),
        "host": host,
        "name": path.rsplit("/", maxsplit=1)[-1],
    }


def path_on_host(mounts: list[dict[str, Any]], settings: dict[str, str]) -> str | None:
    """The SQLite file's path on the host; None where it lies in the container's own layer."""
    folder = Path(settings.get("GF_PATHS_DATA", DATA_FOLDER))
    name = settings.get("GF_DATABASE_PATH") or "grafana.db"
    inside = str(folder / name)
    innermost = ""
    source = None
    for mount in mounts:
        destination = mount["Destination"].rstrip("/")
        is_covering = inside.startswith(f"{destination}/")
        if is_covering and len(destination) >= len(innermost):
            innermost = destination
            source = mount["Source"]
    if source is None:
        return None
    return f"{source}{inside[len(innermost) :]}"


def digest_key(key: str, nonce: str, rounds: int) -> str:
    """PBKDF2 with a salt of this look alone: SSM keeps what is printed."""
    salt = bytes.fromhex(nonce)
    digest = hashlib.pbkdf2_hmac("sha256", key.encode(), salt, rounds)
    return digest.hex()


if __name__ == "__main__":
    answer({"look": look})
