"""What the programs that move a Grafana say of settings, of contents and of journals."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAMS = Path(__file__).parents[3] / "src" / "activities" / "host"
sys.path.insert(0, str(PROGRAMS))

from grafana_contents import (  # noqa: E402
    Thing,
    count_things,
    find_edits,
    fingerprint_of,
    read_things,
)
from grafana_copy import find_unfinished, set_aside, write_beside  # noqa: E402
from grafana_holder import take_write_lock  # noqa: E402
from grafana_look import (  # noqa: E402
    Container,
    database_of,
    digest_key,
    expand,
    parse_ini,
    path_on_host,
)


class SettingsTest(unittest.TestCase):
    """What Grafana was told."""

    def test_an_ini_file_names_settings_as_the_environment_does(self) -> None:
        text = """
            ; a comment
            [database]
            type = "sqlite3"
            ca_cert_path=`/certs`
            [auth.generic_oauth]
            client-id = grafana
        """
        expected = {
            "GF_DATABASE_TYPE": "sqlite3",
            "GF_DATABASE_CA_CERT_PATH": "/certs",
            "GF_AUTH_GENERIC_OAUTH_CLIENT_ID": "grafana",
        }
        self.assertEqual(parse_ini(text), expected)

    def test_a_value_takes_in_variables_of_the_container(self) -> None:
        inspected = {
            "Id": "c",
            "Config": {"Env": ["HOST=db:5432"]},
        }
        value = expand("$__env{HOST}/${HOST}/${NO}", Container(inspected))
        self.assertEqual(value, "db:5432/db:5432/")

    def test_without_settings_the_database_is_sqlite(self) -> None:
        expected = {
            "type": "sqlite3",
            "host": None,
            "name": None,
        }
        self.assertEqual(database_of({}), expected)

    def test_a_url_wins_over_single_settings(self) -> None:
        settings = {
            "GF_DATABASE_URL": "postgresql://kim:secret@db.example.com:5432/graf?sslmode=disable",
            "GF_DATABASE_TYPE": "mysql",
        }
        expected = {
            "type": "postgres",
            "host": "db.example.com:5432",
            "name": "graf",
        }
        self.assertEqual(database_of(settings), expected)

    def test_the_host_of_a_mysql_url_stands_in_brackets(self) -> None:
        settings = {"GF_DATABASE_URL": "mysql://kim:secret@tcp(db:3306)/graf"}
        self.assertEqual(database_of(settings)["host"], "db:3306")

    def test_a_password_that_holds_what_ends_a_host_or_a_path_stays_on_the_host(self) -> None:
        for url in ("postgres://kim:p@ss?/w@db:5432/graf", "mysql://kim:p@s)s/w?@tcp(db:5432)/graf"):
            database = database_of({"GF_DATABASE_URL": url})
            self.assertEqual([database["host"], database["name"]], ["db:5432", "graf"])

    def test_a_digest_differs_from_salt_to_salt(self) -> None:
        first = digest_key("key", "00ff", 10)
        self.assertEqual(first, digest_key("key", "00ff", 10))
        self.assertNotEqual(first, digest_key("key", "00fe", 10))


class PathTest(unittest.TestCase):
    """Where the SQLite file lies on the host."""

    def test_the_innermost_mount_says_it(self) -> None:
        mounts = [
            {
                "Destination": "/var/lib/grafana/",
                "Source": "/vol/grafana",
            },
            {
                "Destination": "/var",
                "Source": "/vol/var",
            },
        ]
        self.assertEqual(path_on_host(mounts, {}), "/vol/grafana/grafana.db")

    def test_settings_move_it(self) -> None:
        mounts = [
            {
                "Destination": "/data",
                "Source": "/vol",
            }
        ]
        settings = {
            "GF_PATHS_DATA": "/data/g",
            "GF_DATABASE_PATH": "my.db",
        }
        self.assertEqual(path_on_host(mounts, settings), "/vol/g/my.db")
        absolute = {"GF_DATABASE_PATH": "/data/my.db"}
        self.assertEqual(path_on_host(mounts, absolute), "/vol/my.db")

    def test_without_a_mount_it_lies_in_the_containers_own_layer(self) -> None:
        mounts = [
            {
                "Destination": "/var/lib/grafana-old",
                "Source": "/vol",
            }
        ]
        self.assertIsNone(path_on_host(mounts, {}))


class FilesTest(unittest.TestCase):
    """Files beside a database, in a folder of the test's own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.path = self.folder / "grafana.db"

    def run_sql(self, script: str) -> None:
        connection = sqlite3.connect(str(self.path))
        with contextlib.closing(connection) as database:
            database.executescript(script)


class ContentsTest(FilesTest):
    """What is in a database."""

    def test_a_table_of_older_versions_is_read_without_its_folders(self) -> None:
        self.run_sql("""
            create table user (id, uid, login, updated, is_service_account);
            create table dashboard (uid, title, is_folder, version, updated, updated_by);
            insert into user values (1, 'u1', 'kim', '2026-01-01', 0);
            insert into user values (2, 'u2', 'sa-1', '2026-01-01', 1);
            insert into dashboard values ('d1', 'Orders', 0, 3, '2026-01-02', 1);
            insert into dashboard values ('d2', 'A folder', 1, 1, '2026-01-02', 1);
        """)
        things = read_things(self.path)
        orders = Thing("Orders", "2026-01-02", "kim", 3)
        self.assertEqual(things["dashboard"], {"d1": orders})
        self.assertEqual(list(things["user"]), ["kim"])
        expected = {
            "dashboards": 1,
            "users": 1,
            "dataSources": 0,
            "alertRules": 0,
        }
        self.assertEqual(count_things(things), expected)

    def test_unified_storage_names_authors_by_their_uid(self) -> None:
        self.run_sql("""
            create table user (id, uid, login, updated);
            create table resource ("group", resource, name, value, resource_version);
            insert into user values (1, 'u1', 'kim', '2026-01-01');
            insert into resource values ('dashboard.grafana.app', 'dashboards', 'd1', '{
                "metadata": {
                    "creationTimestamp": "2026-01-02T10:00:00Z",
                    "annotations": {"grafana.app/createdBy": "user:u1"}
                }
            }', 7);
            insert into resource values ('folder.grafana.app', 'folders', 'f1', '{}', 8);
        """)
        expected = Thing("d1", "2026-01-02T10:00:00Z", "kim", 7)
        self.assertEqual(read_things(self.path)["dashboard"], {"d1": expected})

    def test_a_fingerprint_is_another_one_after_an_edit(self) -> None:
        self.run_sql("""
            create table data_source (uid, name, version, updated);
            insert into data_source values ('s1', 'Mimir', 1, '2026-01-01');
        """)
        before = fingerprint_of(read_things(self.path))
        self.assertEqual(before, fingerprint_of(read_things(self.path)))
        self.run_sql("update data_source set version = 2")
        self.assertNotEqual(before, fingerprint_of(read_things(self.path)))


class EditsTest(unittest.TestCase):
    """How two databases differ."""

    def test_created_changed_and_deleted_things_are_told(self) -> None:
        since = "2026-06-01 00:00:00"
        early, late = "2026-01-01 00:00:00", "2026-07-01T10:00:00Z"
        old = {
            "dashboard": {
                "d1": Thing("Orders", early, "kim", 1),
                "d2": Thing("Loki", early, "kim", 1),
                "d3": Thing("Same", early, "kim", 1),
            }
        }
        new = {
            "dashboard": {
                "d1": Thing("Orders", late, "lee", 2),
                "d3": Thing("Same", late, "kim", 1),
                "d4": Thing("Night", late, "lee", 1),
                "d5": Thing("provisioned at the start", early, None, 1),
            }
        }
        edits = find_edits(old, new, since)
        told = []
        for edit in edits:
            told.append((edit["change"], edit["name"], edit["by"]))
        self.assertEqual(
            told,
            [
                ("changed", "Orders", "lee"),
                ("created", "Night", "lee"),
                ("deleted", "Loki", None),
            ],
        )
        self.assertEqual(edits[0]["at"], "2026-07-01 10:00:00")


class CopyTest(FilesTest):
    """How a file gets its place."""

    def test_a_journal_that_would_change_the_database_is_found(self) -> None:
        journal = Path(f"{self.path}-journal")
        self.assertEqual(find_unfinished(self.path), [])
        journal.write_bytes(b"\0 a header that was wiped")
        self.assertEqual(find_unfinished(self.path), [])
        journal.write_bytes(b"\xd9\xd5")
        self.assertEqual(find_unfinished(self.path), [str(journal)])

    def test_a_copy_that_is_there_is_not_written_again(self) -> None:
        self.path.write_bytes(b"database")
        target = self.folder / "target.db"
        digest = "3549b0028b75d981cdda2e573e9cb49dedc200185876df299f912b79f69dabd8"
        self.assertTrue(write_beside(self.path, target, digest))
        (self.folder / "target.db.new").rename(target)
        self.assertFalse(write_beside(self.path, target, digest))

    def test_what_belongs_to_a_database_is_set_aside_with_it(self) -> None:
        for name in ("grafana.db", "grafana.db-wal"):
            (self.folder / name).write_text(name)
        aside = set_aside(self.path)
        self.assertRegex(aside, r"^grafana\.db\.until-\d{8}T\d{6}Z$")
        names = sorted(path.name for path in self.folder.iterdir())
        self.assertEqual(names, [aside, f"{aside}-wal"])


class HolderTest(FilesTest):
    """The lock that a move holds."""

    def test_what_is_committed_stands_in_the_file_when_the_lock_is_held(self) -> None:
        self.run_sql("pragma journal_mode=wal; create table a (b)")
        writer = sqlite3.connect(str(self.path), timeout=0)
        self.addCleanup(writer.close)
        with writer:
            writer.execute("insert into a values (1)")
        lock = take_write_lock(str(self.path))
        self.addCleanup(lock.close)
        wal = Path(f"{self.path}-wal")
        self.assertEqual(wal.stat().st_size, 0)
        with self.assertRaisesRegex(sqlite3.OperationalError, "locked"):
            writer.execute("insert into a values (2)")

    def test_its_text_has_no_sign_that_systemd_expands(self) -> None:
        text = (PROGRAMS / "grafana_holder.py").read_text()
        self.assertNotRegex(text, "[$%]")


if __name__ == "__main__":
    unittest.main()
