"""Whom a Grafana calls, and which of its alert rules look whether something is there."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).parents[3] / "src" / "activities" / "host"
sys.path.insert(0, str(PROGRAMS))

from grafana_outward import WATCHING, describe_outward  # noqa: E402

LDAP = """
[[servers]]
host = "ldap-a.corp ldap-b.corp"
port = 636
"""
PROVISIONED = """
contactPoints:
  - name: on call
    receivers:
      - type: webhook
        settings:
          url: https://hooks.example.com/T0P/s3cr3t?key=1
groups:
  - rules:
      - title: 'host is gone'
        data:
          - model:
              expr: up{job="node"} == 0
      - title: slow
        data:
          - model:
              expr: rate(http_requests_total[5m]) > 1
"""


def describe(settings: dict[str, str], provisioned: str = "", path: str | None = None) -> dict[str, Any]:
    return describe_outward(settings, lambda _: LDAP, provisioned, path)


def list_called(settings: dict[str, str], provisioned: str = "") -> list[tuple[str, str]]:
    return [(each["as"], each["host"]) for each in describe(settings, provisioned)["called"]]


class CalledTest(unittest.TestCase):
    """Of each its host alone, since the rest of an address may be a secret."""

    def test_what_a_sign_in_asks_is_called_where_it_is_on(self) -> None:
        settings = {
            "GF_AUTH_GENERIC_OAUTH_ENABLED": "true",
            "GF_AUTH_GENERIC_OAUTH_AUTH_URL": "https://browsers.example.com/authorize",
            "GF_AUTH_GENERIC_OAUTH_TOKEN_URL": "https://login.example.com/token",
            "GF_AUTH_GENERIC_OAUTH_API_URL": "https://login.example.com/me",
            "GF_AUTH_AZUREAD_TOKEN_URL": "https://off.example.com/token",
        }
        self.assertEqual(list_called(settings), [("sign-in", "login.example.com")])

    def test_ldap_and_mail_are_called_where_they_are_on(self) -> None:
        settings = {
            "GF_AUTH_LDAP_ENABLED": "True",
            "GF_SMTP_ENABLED": "1",
            "GF_SMTP_HOST": "mail.corp:25",
        }
        self.assertEqual(
            list_called(settings), [("LDAP", "ldap-a.corp"), ("LDAP", "ldap-b.corp"), ("mail", "mail.corp")]
        )
        self.assertEqual(list_called({"GF_SMTP_HOST": "mail.corp:25"}), [])

    def test_a_webhook_is_called_and_no_secret_of_it_leaves(self) -> None:
        told = describe({}, PROVISIONED)
        self.assertEqual(told["called"], [{"as": "webhook", "host": "hooks.example.com"}])
        self.assertNotIn("s3cr3t", json.dumps(told))


class WatchingTest(unittest.TestCase):
    """Rules that fire when something is gone."""

    def test_up_is_one_and_a_name_with_it_in_it_is_none(self) -> None:
        for text in ('up{job="a"} == 0', "sum(up) < 2", "absent(node_load1)", "absent_over_time(a[5m])", "1 - up"):
            self.assertTrue(WATCHING.search(text), text)
        for text in ("startup_seconds", "node_up_time", 'rate(a{state="up"}[5m])', "absentees(a)", "mimir:up"):
            self.assertFalse(WATCHING.search(text), text)

    def test_those_of_provisioning_files_are_told_by_their_titles(self) -> None:
        told = describe({}, PROVISIONED)
        self.assertEqual([told["watching"], told["watchingCount"]], [["host is gone"], 1])

    def test_those_of_the_database_are_told_and_its_contact_points(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/grafana.db"
            with contextlib.closing(sqlite3.connect(path)) as database:
                database.execute("create table alert_rule (title text, data text)")
                database.execute("create table alert_configuration (alertmanager_configuration text)")
                for number in range(25):
                    data = json.dumps([{"model": {"expr": "up == 0"}}, {"model": {}}])
                    database.execute("insert into alert_rule values (?, ?)", [f"rule {number:02}", data])
                database.execute("insert into alert_rule values ('none', 'no JSON')")
                settings = {"settings": {"url": "https://pager.example.com/x"}}
                configuration = {
                    "alertmanager_config": {"receivers": [{"grafana_managed_receiver_configs": [settings]}]}
                }
                database.execute("insert into alert_configuration values (?)", [json.dumps(configuration)])
                database.commit()
            told = describe({}, "", path)
        self.assertEqual(told["called"], [{"as": "webhook", "host": "pager.example.com"}])
        self.assertEqual([len(told["watching"]), told["watchingCount"]], [20, 25])

    def test_a_database_that_is_none_tells_nothing(self) -> None:
        with tempfile.NamedTemporaryFile(suffix=".db") as file:
            file.write(b"no database at all, but long enough to be read as one")
            file.flush()
            self.assertEqual(describe({}, "", file.name)["watching"], [])
        self.assertEqual(describe({}, "", "/nowhere/grafana.db")["called"], [])


if __name__ == "__main__":
    unittest.main()
