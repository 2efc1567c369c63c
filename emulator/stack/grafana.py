"""Grafana's SQLite, real files: on a host of the world `sqlite`, and on EFS where a task mounts it."""

import contextlib
import pathlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import Any

from ..account import backend
from ..aws.instances import find_instances
from ..host.hosts import Hosts, list_containers
from ..part import Body, Part, Query, Routes

FILE = "grafana.db"
#: the tables that a comparison of two databases reads, with the columns that it reads
SCHEMA = """
create table user (
  id integer primary key, uid text, login text, email text, name text, password text,
  is_admin integer, is_disabled integer, is_service_account integer, created text, updated text
);
create table dashboard (
  id integer primary key, uid text, title text, is_folder integer, version integer,
  created text, updated text, updated_by integer
);
create table data_source (id integer primary key, uid text, name text, version integer, created text, updated text);
create table alert_rule (id integer primary key, uid text, title text, version integer, updated text, updated_by text);
"""
CREATED = "2026-01-01 00:00:00"
#: how long an edit waits for a lock of somebody else
LOCK_TIMEOUT_S = 0.2


class Grafana(Part):
    def __init__(self, hosts: Hosts) -> None:
        self.hosts = hosts

    def tick(self, _: float) -> None:
        """A Grafana that finds no database makes one."""
        for path in self.find_on_ecs():
            if path.parent.exists() and not path.exists():
                create_database(path)

    def find_on_ecs(self) -> Iterator[pathlib.Path]:
        """The database of each running service that mounts EFS."""
        ecs = backend("ecs")
        for service in ecs.services.values():
            if service.name != "grafana" or service.status != "ACTIVE" or not service.running_count:
                continue
            for volume in ecs.describe_task_definition(service.task_definition).volumes:
                if mount := volume.get("efsVolumeConfiguration"):
                    folder = self.hosts.file_systems / mount["fileSystemId"]
                    yield folder / mount["rootDirectory"].strip("/") / FILE

    def find_on_hosts(self) -> Iterator[pathlib.Path]:
        for instance in find_instances():
            for name, container in list_containers(self.hosts.look(instance.id)):
                if name == "grafana" and container.get("data") and container["state"] == "running":
                    yield pathlib.Path(container["data"]) / FILE

    def find_database(self, side: str | None) -> pathlib.Path | None:
        """Of the side `ecs`, or else of a host; None where no Grafana answers."""
        found = self.find_on_ecs() if side == "ecs" else self.find_on_hosts()
        path = next(found, None)
        return path if path and path.exists() else None

    def edit(self, _: Query, body: Body) -> dict[str, Any]:
        """{"side", "title", "by"}: somebody saves a dashboard; what Grafana would
        answer.
        """
        path = self.find_database(body.get("side"))
        if not path:
            return {"saved": False, "error": "no Grafana answers"}
        try:
            save_dashboard(path, body["title"], body.get("by", "admin"))
        except sqlite3.OperationalError as error:
            return {"saved": False, "error": str(error)}
        return {"saved": True}

    def list_dashboards(self, query: Query, _: Body) -> list[str]:
        path = self.find_database(query.get("side"))
        if not path:
            return []
        with contextlib.closing(sqlite3.connect(path)) as database:
            return [row[0] for row in database.execute("select title from dashboard order by title")]

    def routes(self) -> Routes:
        return {
            ("GET", "/_emulator/grafana"): self.list_dashboards,
            ("POST", "/_emulator/grafana"): self.edit,
        }


def create_database(
    path: pathlib.Path,
    dashboards: Sequence[str] = (),
    users: Sequence[str] = ("admin",),
    sources: Sequence[str] = (),
    rules: Sequence[str] = (),
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(SCHEMA)
        database.executemany(
            "insert into user values (?, ?, ?, ?, ?, 'x', 0, 0, 0, ?, ?)",
            [(id_, f"u{id_}", name, f"{name}@example.com", name, CREATED, CREATED) for id_, name in number(users)],
        )
        database.executemany(
            "insert into dashboard values (?, ?, ?, 0, 1, ?, ?, 1)",
            [(id_, f"d{id_}", title, CREATED, CREATED) for id_, title in number(dashboards)],
        )
        database.executemany(
            "insert into data_source values (?, ?, ?, 1, ?, ?)",
            [(id_, f"s{id_}", name, CREATED, CREATED) for id_, name in number(sources)],
        )
        database.executemany(
            "insert into alert_rule values (?, ?, ?, 1, ?, 'u1')",
            [(id_, f"r{id_}", title, CREATED) for id_, title in number(rules)],
        )
        database.commit()


def number(names: Sequence[str]) -> Iterator[tuple[int, str]]:
    return enumerate(names, 1)


def save_dashboard(path: pathlib.Path, title: str, login: str) -> None:
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    with contextlib.closing(sqlite3.connect(path, timeout=LOCK_TIMEOUT_S)) as database:
        user = database.execute("select id from user where login = ?", [login]).fetchone()[0]
        updated = database.execute(
            "update dashboard set version = version + 1, updated = ?, updated_by = ? where title = ?",
            [now, user, title],
        )
        if not updated.rowcount:
            database.execute(
                "insert into dashboard (uid, title, is_folder, version, created, updated, updated_by)"
                " values (hex(randomblob(4)), ?, 0, 1, ?, ?, ?)",
                [title, now, now, user],
            )
        database.commit()
