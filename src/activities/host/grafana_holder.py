"""Holds the write lock of a SQLite database until it is killed: readers read on, writers hear "database is locked".

Started by systemd-run, which would expand a dollar or percent sign in this text: it holds none.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from pathlib import Path


def take_write_lock(path: str) -> sqlite3.Connection:
    """Takes the lock when all that is committed stands in the database file itself, where a copy finds it."""
    while True:
        database = sqlite3.connect(path, timeout=30, isolation_level=None)
        mode = database.execute("PRAGMA journal_mode").fetchone()[0]
        if mode == "wal":
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("BEGIN IMMEDIATE")
        if mode != "wal" or is_empty(Path(f"{path}-wal")):
            return database
        # somebody committed between the checkpoint and the lock
        database.execute("ROLLBACK")
        database.close()
        time.sleep(0.2)


def is_empty(path: Path) -> bool:
    """Whether the file is, or is not there."""
    return not path.exists() or path.stat().st_size == 0


def hold(path: str, mark: str) -> None:
    """Takes the lock, says so by a file, and keeps it until the process ends."""
    database = take_write_lock(path)
    Path(mark).write_text(str(os.getpid()))
    while database.in_transaction:
        time.sleep(3600)


if __name__ == "__main__":
    hold(*sys.argv[1:3])
