"""What people keep in a Grafana's SQLite: dashboards, users, data sources and alert rules, and how two differ."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

FIND_TABLE = "select 1 from sqlite_master where type = 'table' and name = ?"
# of a user: what an administrator or the user may change
USER_COLUMNS = ("email", "name", "is_admin", "is_disabled", "password")


class Thing(NamedTuple):
    """One thing that people edit; `version` is another one after each edit."""

    name: str
    updated: Any
    by: Any
    version: Any


def read_things(path: str | os.PathLike[str]) -> dict[str, dict[str, Thing]]:
    """kind -> key -> thing, from a database that somebody else may be using."""
    address = f"file:{quote(os.fspath(path))}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=30)
    with contextlib.closing(connection) as database:
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
    known = database.execute(FIND_TABLE, [table])
    if known.fetchone() is None:
        return []
    rows = database.execute(f'select * from "{table}"')
    return [dict(row) for row in rows]


def logins_of(users: list[dict[str, Any]]) -> dict[str, str]:
    """Logins by both ways in which tables name a user: number and uid."""
    logins = {}
    for user in users:
        for key in ("id", "uid"):
            if user.get(key):
                logins[str(user[key])] = user["login"]
    return logins


def read_dashboards(database: sqlite3.Connection, logins: dict[str, str]) -> dict[str, Thing]:
    """Grafana 12 and later keep them in unified storage, older ones in a table of their own."""
    dashboards = {}
    for row in read_rows(database, "resource"):
        if is_dashboard(row):
            dashboards[row["name"]] = unified_dashboard(row, logins)
    if dashboards:
        return dashboards
    for row in read_rows(database, "dashboard"):
        if not row.get("is_folder"):
            dashboards[row["uid"]] = table_dashboard(row, logins)
    return dashboards


def is_dashboard(resource: dict[str, Any]) -> bool:
    """Whether a row of unified storage is one."""
    kind = (resource["group"], resource["resource"])
    return kind == ("dashboard.grafana.app", "dashboards")


def unified_dashboard(row: dict[str, Any], logins: dict[str, str]) -> Thing:
    """Who and when stand in annotations, as `user:<uid>`."""
    value = json.loads(row["value"])
    metadata = value.get("metadata", {})
    notes = metadata.get("annotations") or {}
    updated_by = notes.get("grafana.app/updatedBy")
    author = updated_by or notes.get("grafana.app/createdBy") or ""
    uid = author.split(":")[-1]
    updated = notes.get("grafana.app/updatedTimestamp")
    spec = value.get("spec", {})
    return Thing(
        name=spec.get("title", row["name"]),
        updated=updated or metadata.get("creationTimestamp") or "",
        by=logins.get(uid, uid),
        version=row["resource_version"],
    )


def table_dashboard(row: dict[str, Any], logins: dict[str, str]) -> Thing:
    """A row of the table that Grafana 11 and older use."""
    author = str(row.get("updated_by"))
    return Thing(
        name=row["title"],
        updated=row["updated"],
        by=logins.get(author),
        version=row["version"],
    )


def people_of(users: list[dict[str, Any]]) -> dict[str, Thing]:
    """Service accounts are no people.

    A user's row has no version: what can be changed stands for one.
    """
    people = {}
    for user in users:
        if user.get("is_service_account"):
            continue
        login = user["login"]
        people[login] = Thing(
            name=login,
            updated=user["updated"],
            by=None,
            version=[user.get(column) for column in USER_COLUMNS],
        )
    return people


def read_data_sources(database: sqlite3.Connection) -> dict[str, Thing]:
    """Nobody's name stands with them."""
    sources = {}
    for row in read_rows(database, "data_source"):
        sources[row["uid"]] = Thing(
            name=row["name"],
            updated=row["updated"],
            by=None,
            version=row["version"],
        )
    return sources


def read_alert_rules(database: sqlite3.Connection, logins: dict[str, str]) -> dict[str, Thing]:
    """Grafana's own alert rules; those of Mimir and Loki lie there."""
    rules = {}
    for row in read_rows(database, "alert_rule"):
        author = row.get("updated_by")
        rules[row["uid"]] = Thing(
            name=row["title"],
            updated=row["updated"],
            by=logins.get(str(author), author),
            version=row["version"],
        )
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
    old: dict[str, dict[str, Thing]],
    new: dict[str, dict[str, Thing]],
    since: str,
) -> list[dict[str, Any]]:
    """What `new` has otherwise than `old`.

    What changed before `since` (UTC) Grafana did itself, at its first start.
    """
    edits: list[dict[str, Any]] = []
    for kind, before in old.items():
        for edit in [
            *find_writes(before, new[kind], since),
            *find_deletions(before, new[kind]),
        ]:
            edits.append({"kind": kind, **edit})
    return edits


def find_writes(
    old: dict[str, Thing],
    new: dict[str, Thing],
    since: str,
) -> Iterator[dict[str, Any]]:
    """Things of one kind that are new or have another version."""
    for key, thing in new.items():
        before = old.get(key)
        moment = str(thing.updated)[:19].replace("T", " ")
        if moment < since:
            continue
        if before and before.version == thing.version:
            continue
        yield {
            "name": thing.name,
            "change": "changed" if before else "created",
            "by": thing.by,
            "at": moment,
        }


def find_deletions(
    old: dict[str, Thing],
    new: dict[str, Thing],
) -> Iterator[dict[str, Any]]:
    """Things of one kind that are gone; nobody knows by whom."""
    for key, thing in old.items():
        if key in new:
            continue
        yield {
            "name": thing.name,
            "change": "deleted",
            "by": None,
            "at": None,
        }
