"""Grafana's SQLite, real files: on a host of the world `sqlite`, and on EFS where a task mounts it."""

import contextlib
import datetime
import os
import pathlib
import sqlite3

from . import ec2
from . import ssm
from . import state

SCHEMA = """
create table user (id integer primary key, uid text, login text, email text, name text, password text, is_admin integer, is_disabled integer, is_service_account integer, created text, updated text);
create table dashboard (id integer primary key, uid text, title text, is_folder integer, version integer, created text, updated text, updated_by integer);
create table data_source (id integer primary key, uid text, name text, version integer, created text, updated text);
create table alert_rule (id integer primary key, uid text, title text, version integer, updated text, updated_by text);
"""


def utc():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def create(path, dashboards=(), users=("admin",), sources=(), rules=()):
    path.parent.mkdir(parents=True, exist_ok=True)
    then = "2026-01-01 00:00:00"
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(SCHEMA)
        db.executemany("insert into user values (?, ?, ?, ?, ?, 'x', 0, 0, 0, ?, ?)", [(i, f"u{i}", name, f"{name}@example.com", name, then, then) for i, name in enumerate(users, 1)])
        db.executemany("insert into dashboard values (?, ?, ?, 0, 1, ?, ?, 1)", [(i, f"d{i}", title, then, then) for i, title in enumerate(dashboards, 1)])
        db.executemany("insert into data_source values (?, ?, ?, 1, ?, ?)", [(i, f"s{i}", name, then, then) for i, name in enumerate(sources, 1)])
        db.executemany("insert into alert_rule values (?, ?, ?, 1, ?, 'u1')", [(i, f"r{i}", title, then) for i, title in enumerate(rules, 1)])
        db.commit()


def efs_folder(file_system):
    return ssm.ROOT / "efs" / file_system


def on_efs():
    """The database of each running Grafana task that mounts EFS."""
    for service in state.backend("ecs").services.values():
        if service.name == "grafana" and service.status == "ACTIVE" and service.running_count:
            for volume in state.backend("ecs").describe_task_definition(service.task_definition).volumes:
                if found := volume.get("efsVolumeConfiguration"):
                    yield efs_folder(found["fileSystemId"]) / found["rootDirectory"].strip("/") / "grafana.db"


def on_hosts():
    for instance in ec2.instances():
        for project in ssm.load(instance.id)["projects"].values():
            grafana = project["services"].get("grafana", {})
            if grafana.get("data") and grafana["state"] == "running":
                yield pathlib.Path(grafana["data"]) / "grafana.db"


def tick(_):
    """A Grafana that finds no database makes one."""
    for path in on_efs():
        if path.parent.exists() and not path.exists():
            create(path)


def edit(_, body):
    """{side: host|ecs, title, by}: somebody saves a dashboard; what Grafana would answer."""
    path = next(iter(on_efs() if body.get("side") == "ecs" else on_hosts()), None)
    if not path or not os.path.exists(path):
        return {"saved": False, "error": "no Grafana answers"}
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=0.2)) as db:
            who = db.execute("select id from user where login = ?", [body.get("by", "admin")]).fetchone()[0]
            if not db.execute("update dashboard set version = version + 1, updated = ?, updated_by = ? where title = ?", [utc(), who, body["title"]]).rowcount:
                db.execute("insert into dashboard (uid, title, is_folder, version, created, updated, updated_by) values (hex(randomblob(4)), ?, 0, 1, ?, ?, ?)", [body["title"], utc(), utc(), who])
            db.commit()
        return {"saved": True}
    except sqlite3.OperationalError as error:
        return {"saved": False, "error": str(error)}


def dashboards(query, _):
    path = next(iter(on_efs() if query.get("side") == "ecs" else on_hosts()), None)
    if not path or not os.path.exists(path):
        return []
    with contextlib.closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("select title from dashboard order by title")]


def routes():
    return {("POST", "/_emulator/grafana"): edit, ("GET", "/_emulator/grafana"): dashboards}
