"""What people keep in a Grafana's SQLite: dashboards, users, data sources and alert rules, and how two differ."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from typing import Any, NamedTuple
from urllib.parse import quote


class Thing(NamedTuple):
    """One thing that people edit; `version` is another one after each edit."""

    name: str
    updated: Any
    by: Any
    version: Any


def read_things(path: str | os.PathLike[str]) -> dict[str, dict[str, Thing]]:
    """kind -> key -> thing, from a database that somebody else may be using."""
    address = f"file:{quote(os.fspath(path))}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=30)) as database:
        database.row_factory = sqlite3.Row
        users = read_rows(database, "user")
        logins = logins_of(users)
        return {
            "dashboard": read_dashboards(database, logins),
            "user": people_of(users),
            "data source": read_data_sources(database),
            "alert rule": read_alert_rules(database, logins),
        }


def read_rows(database: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """All rows of a table; none where this Grafana's version has no such table."""
    is_known = database.execute("select 1 from sqlite_master where type = 'table' and name = ?", [table])
    if is_known.fetchone() is None:
        return []
    return [dict(row) for row in database.execute(f'select * from "{table}"')]


def logins_of(users: list[dict[str, Any]]) -> dict[str, str]:
    """Logins by both ways in which tables name a user: number and uid."""
    return {str(user[key]): user["login"] for user in users for key in ("id", "uid") if user.get(key)}


def read_dashboards(database: sqlite3.Connection, logins: dict[str, str]) -> dict[str, Thing]:
    """Grafana 12 and later keep them in unified storage, older ones in a table of their own."""
    unified = [row for row in read_rows(database, "resource") if is_dashboard(row)]
    if unified:
        return {row["name"]: unified_dashboard(row, logins) for row in unified}
    rows = [row for row in read_rows(database, "dashboard") if not row.get("is_folder")]
    return {row["uid"]: table_dashboard(row, logins) for row in rows}


def is_dashboard(resource: dict[str, Any]) -> bool:
    """Whether a row of unified storage is one."""
    return bool(resource["group"] == "dashboard.grafana.app" and resource["resource"] == "dashboards")


def unified_dashboard(row: dict[str, Any], logins: dict[str, str]) -> Thing:
    """Who and when stand in annotations, as `user:<uid>`."""
    value = json.loads(row["value"])
    metadata = value.get("metadata", {})
    notes = metadata.get("annotations") or {}
    author = notes.get("grafana.app/updatedBy") or notes.get("grafana.app/createdBy") or ""
    uid = author.split(":")[-1]
    updated = notes.get("grafana.app/updatedTimestamp") or metadata.get("creationTimestamp") or ""
    title = value.get("spec", {}).get("title", row["name"])
    return Thing(title, updated, logins.get(uid, uid), row["resource_version"])


def table_dashboard(row: dict[str, Any], logins: dict[str, str]) -> Thing:
    """A row of the table that Grafana 11 and older use."""
    by = logins.get(str(row.get("updated_by")))
    return Thing(row["title"], row["updated"], by, row["version"])


def people_of(users: list[dict[str, Any]]) -> dict[str, Thing]:
    """Service accounts are no people. Their rows have no version: what a person can change stands for one."""
    columns = ("email", "name", "is_admin", "is_disabled", "password")
    return {
        user["login"]: Thing(user["login"], user["updated"], None, [user.get(column) for column in columns])
        for user in users
        if not user.get("is_service_account")
    }


def read_data_sources(database: sqlite3.Connection) -> dict[str, Thing]:
    """Nobody's name stands with them."""
    rows = read_rows(database, "data_source")
    return {row["uid"]: Thing(row["name"], row["updated"], None, row["version"]) for row in rows}


def read_alert_rules(database: sqlite3.Connection, logins: dict[str, str]) -> dict[str, Thing]:
    """Grafana's own alert rules; those of Mimir and Loki lie there."""
    rules = {}
    for row in read_rows(database, "alert_rule"):
        author = row.get("updated_by")
        by = logins.get(str(author), author)
        rules[row["uid"]] = Thing(row["title"], row["updated"], by, row["version"])
    return rules


def fingerprint_of(things: dict[str, dict[str, Thing]]) -> str:
    """Differs as soon as anything has been edited."""
    text = json.dumps(things, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def count_things(things: dict[str, dict[str, Thing]]) -> dict[str, int]:
    """How many there are, by the names that the contract uses."""
    return {
        "dashboards": len(things["dashboard"]),
        "users": len(things["user"]),
        "dataSources": len(things["data source"]),
        "alertRules": len(things["alert rule"]),
    }


def find_edits(
    old: dict[str, dict[str, Thing]], new: dict[str, dict[str, Thing]], since: str
) -> list[dict[str, str | None]]:
    """What `new` has otherwise than `old`. What changed before `since` (UTC) Grafana did itself, at its first start."""
    edits: list[dict[str, str | None]] = []
    for kind, old_things in old.items():
        for key, thing in new[kind].items():
            before = old_things.get(key)
            moment = str(thing.updated)[:19].replace("T", " ")
            if moment < since or (before and before.version == thing.version):
                continue
            change = "changed" if before else "created"
            edits.append({"kind": kind, "name": thing.name, "change": change, "by": thing.by, "at": moment})
        deleted = [thing for key, thing in old_things.items() if key not in new[kind]]
        for thing in deleted:
            edits.append({"kind": kind, "name": thing.name, "change": "deleted", "by": None, "at": None})
    return edits
