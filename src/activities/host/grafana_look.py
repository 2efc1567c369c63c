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

from grafana_shell import answer, run, run_or_exit

DATA_FOLDER = "/var/lib/grafana"
SETTINGS_FILE = "/etc/grafana/grafana.ini"
HEALTH_COMMAND = "curl -fsS http://127.0.0.1:${GF_SERVER_HTTP_PORT:-3000}/api/health"
# what a move runs on the host beside Docker and Python
TOOLS = ("systemd-run", "mount", "mount.nfs4")


class Container:
    """Grafana's container, after docker inspect."""

    def __init__(self, inspected: dict[str, Any]) -> None:
        self.id: str = inspected["Id"]
        self.mounts: list[dict[str, Any]] = inspected.get("Mounts") or []
        entries = inspected["Config"].get("Env") or []
        self.environment = dict(entry.split("=", 1) for entry in entries if "=" in entry)

    def read(self, path: str) -> str:
        """A file of the container; empty where there is none."""
        done = run("docker", "exec", self.id, "cat", path)
        return done.stdout if done.returncode == 0 else ""

    def read_version(self) -> str | None:
        """The version that Grafana itself tells; None where it does not answer."""
        done = run("docker", "exec", self.id, "sh", "-c", HEALTH_COMMAND)
        if done.returncode != 0 or not done.stdout.strip().startswith("{"):
            return None
        version: str | None = json.loads(done.stdout).get("version")
        return version


def look(task: dict[str, Any]) -> dict[str, Any]:
    """What preflight compares with the plan; `key` is salted with the task's nonce."""
    container = find_container(task["composeDirectory"], task["service"])
    if container is None:
        return {"there": False}
    settings = read_settings(container)
    database = database_of(settings)
    path = path_on_host(container.mounts, settings) if database["type"] == "sqlite3" else None
    key = settings.get("GF_SECURITY_SECRET_KEY") or task["defaultKey"]
    return {
        "there": True,
        "version": container.read_version(),
        **database,
        "key": digest_key(key, task["nonce"], task["rounds"]),
        "path": path,
        "found": path is not None and Path(path).exists(),
        "missing": [tool for tool in TOOLS if not shutil.which(tool)],
    }


def find_container(directory: str, service: str) -> Container | None:
    """The container of that service, else the one that runs Grafana's image."""
    listed = list_containers(directory)
    named = [one for one in listed if one["Service"] == service]
    grafanas = [one for one in listed if "grafana/grafana" in one.get("Image", "")]
    found = named or grafanas
    if not found:
        return None
    return Container(json.loads(run_or_exit("docker", "inspect", found[0]["ID"]))[0])


def list_containers(directory: str) -> list[dict[str, Any]]:
    """Compose 2.21 prints a line per container, older ones an array."""
    command = ("docker", "compose", "--project-directory", directory, "ps", "--format", "json")
    text = run_or_exit(*command).strip()
    if text.startswith("["):
        listed: list[dict[str, Any]] = json.loads(text)
        return listed
    return [json.loads(line) for line in text.splitlines()]


def read_settings(container: Container) -> dict[str, str]:
    """All settings under the names of their environment variables, which win over grafana.ini."""
    environment = container.environment
    settings = parse_ini(container.read(environment.get("GF_PATHS_CONFIG", SETTINGS_FILE)))
    for name, value in environment.items():
        if not name.startswith("GF_") or not value:
            continue
        if name.endswith("__FILE"):
            settings[name[: -len("__FILE")]] = container.read(value).rstrip("\n")
        else:
            settings[name] = value
    return {name: expand(value, container) for name, value in settings.items()}


def parse_ini(text: str) -> dict[str, str]:
    """Settings of a grafana.ini: `[database] type` is GF_DATABASE_TYPE."""
    settings = {}
    section = "DEFAULT"
    for line in text.splitlines():
        header = re.match(r"^\s*\[([^\]]+)\]", line)
        pair = re.match(r"^\s*([\w.-]+)\s*=\s*(.*?)\s*$", line)
        if header:
            section = header.group(1)
        elif pair:
            name = f"GF_{section}_{pair.group(1)}".upper()
            value = pair.group(2).strip('"').strip("`")
            settings[re.sub(r"[.-]", "_", name)] = value
    return settings


def expand(value: str, container: Container) -> str:
    """A value with what Grafana itself puts in place of $__file{path}, $__env{NAME} and ${NAME}."""
    value = re.sub(r"\$__file\{([^}]+)\}", lambda match: container.read(match.group(1)).strip(), value)
    variables = container.environment
    return re.sub(r"\$(?:__env)?\{(\w+)\}", lambda match: variables.get(match.group(1), ""), value)


def database_of(settings: dict[str, str]) -> dict[str, str | None]:
    """Kind, host and name of the database; a URL wins over the single settings."""
    url = settings.get("GF_DATABASE_URL")
    host = settings.get("GF_DATABASE_HOST")
    if not url:
        kind = settings.get("GF_DATABASE_TYPE") or "sqlite3"
        return {"type": kind, "host": host, "name": settings.get("GF_DATABASE_NAME")}
    address = re.search(r"@([^/?]+)", url)
    if address:
        # MySQL's form is user@tcp(host:port)/name
        host = address.group(1).strip("()").replace("tcp(", "")
    kind = url.split(":")[0].replace("postgresql", "postgres")
    name = url.split("?")[0].rstrip("/").split("/")[-1]
    return {"type": kind, "host": host, "name": name}


def path_on_host(mounts: list[dict[str, Any]], settings: dict[str, str]) -> str | None:
    """The SQLite file's path on the host; None where it lies in the container's own layer."""
    folder = Path(settings.get("GF_PATHS_DATA", DATA_FOLDER))
    inside = str(folder / (settings.get("GF_DATABASE_PATH") or "grafana.db"))
    destinations = {mount["Destination"].rstrip("/"): mount["Source"] for mount in mounts}
    covering = [place for place in destinations if inside.startswith(f"{place}/")]
    if not covering:
        return None
    innermost = max(covering, key=len)
    return f"{destinations[innermost]}{inside[len(innermost) :]}"


def digest_key(key: str, nonce: str, rounds: int) -> str:
    """PBKDF2 with a salt of this look alone: SSM keeps what is printed."""
    return hashlib.pbkdf2_hmac("sha256", key.encode(), bytes.fromhex(nonce), rounds).hex()


if __name__ == "__main__":
    answer({"look": look})
