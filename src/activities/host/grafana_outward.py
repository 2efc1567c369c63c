"""Whom a Grafana calls, and which alert rules look whether something is there: both feel that a host goes.

Of an address only its host leaves: a path or a query may be a secret.
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from grafana_contents import read_rows

LDAP_FILE = "/etc/grafana/ldap.toml"
# as Grafana's own reader of settings takes them
ON = {"1", "t", "true", "y", "yes", "on"}

# what Grafana itself asks at a sign-in; the page that it sends a browser to is the browser's
SIGN_IN = re.compile(r"GF_AUTH_(\w+)_(?:TOKEN_URL|API_URL|JWK_SET_URL)$")
LDAP_HOSTS = re.compile(r'^\s*host\s*=\s*"([^"]*)"', re.MULTILINE)
# of a provisioning file
URL_LINE = re.compile(r"""^\s*(?:-\s*)?url:\s*["']?(https?://[^\s"']+)""", re.MULTILINE)
TITLE_LINE = re.compile(r"""^\s*(?:-\s*)?title:\s*["']?(.+?)["']?\s*$""")
EXPRESSION_LINE = re.compile(r"^\s*(?:-\s*)?expr:\s*(.+)$")
# `up` as a metric, or a function that answers where nothing is
WATCHING = re.compile(r"""\babsent(?:_over_time)?\s*\(|(?<![\w:"'])up(?![\w:"'])""")

# so many of each are told, each so long
MOST = 20
LONGEST = 80

ReadFile = Callable[[str], str]


def describe_outward(settings: dict[str, str], read: ReadFile, provisioned: str, path: str | None) -> dict[str, Any]:
    """What preflight tells; `provisioned`: all files of alerting, `path`: of the SQLite on the host."""
    kept = read_alerting(path)
    called = [
        *list_sign_in(settings),
        *list_ldap(settings, read),
        *list_mail(settings),
        *(("webhook", host_of(url)) for url in [*kept["urls"], *URL_LINE.findall(provisioned)]),
    ]
    known = sorted({(name, host) for name, host in called if host})
    watching = sorted({*kept["rules"], *list_watching_lines(provisioned)})
    return {
        "called": [{"as": name, "host": host} for name, host in known[:MOST]],
        "watching": [title[:LONGEST] for title in watching[:MOST]],
        "watchingCount": len(watching),
    }


def host_of(url: str) -> str:
    """The host that a URL names; empty where it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_on(settings: dict[str, str], name: str) -> bool:
    return settings.get(name, "").lower() in ON


def list_sign_in(settings: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        match = SIGN_IN.match(name)
        if match and is_on(settings, f"GF_AUTH_{match[1]}_ENABLED"):
            yield "sign-in", host_of(value)


def list_ldap(settings: dict[str, str], read: ReadFile) -> Iterator[tuple[str, str]]:
    """Several of them stand in one text, a space between two."""
    if not is_on(settings, "GF_AUTH_LDAP_ENABLED"):
        return
    text = read(settings.get("GF_AUTH_LDAP_CONFIG_FILE") or LDAP_FILE)
    for hosts in LDAP_HOSTS.findall(text):
        for host in hosts.split():
            yield "LDAP", host


def list_mail(settings: dict[str, str]) -> Iterator[tuple[str, str]]:
    if is_on(settings, "GF_SMTP_ENABLED"):
        yield "mail", host_of(f"//{settings.get('GF_SMTP_HOST', '')}")


def list_watching_lines(text: str) -> Iterator[str]:
    """Titles of rules of provisioning files, one of whose expressions watches."""
    title = ""
    for line in text.splitlines():
        named = TITLE_LINE.match(line)
        asked = EXPRESSION_LINE.match(line)
        if named:
            title = named[1]
        elif asked and WATCHING.search(asked[1]):
            yield title


def read_alerting(path: str | None) -> dict[str, list[str]]:
    """Addresses of contact points, and titles of rules that watch, of a SQLite that may be anybody's."""
    if path is None or not Path(path).exists():
        return {"urls": [], "rules": []}
    try:
        connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=5)
        with contextlib.closing(connection) as database:
            database.row_factory = sqlite3.Row
            return {
                "urls": list(find_urls(read_json(read_rows(database, "alert_configuration")))),
                "rules": [row["title"] for row in read_rows(database, "alert_rule") if is_watching(row)],
            }
    except sqlite3.Error:
        return {"urls": [], "rules": []}


def read_json(configurations: list[dict[str, Any]]) -> list[Any]:
    return [parse(row.get("alertmanager_configuration")) for row in configurations]


def parse(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None


def find_urls(value: Any) -> Iterator[str]:
    """What stands under a key `url`, however deep; what is encrypted stands under others."""
    if isinstance(value, list):
        for part in value:
            yield from find_urls(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key == "url" and isinstance(part, str):
                yield part
            else:
                yield from find_urls(part)


def is_watching(rule: dict[str, Any]) -> bool:
    queries = parse(rule.get("data"))
    if not isinstance(queries, list):
        return False
    models = [query.get("model") for query in queries if isinstance(query, dict)]
    expressions = [model.get("expr") for model in models if isinstance(model, dict)]
    return any(isinstance(each, str) and WATCHING.search(each) for each in expressions)
