"""Moves the SQLite of a Grafana on a Compose host: locks it, copies it, and tells what has been edited in the copy.

The lock is a held write transaction: the old Grafana reads on, and whoever writes is told "database is locked".
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from grafana_contents import count_things, find_edits, fingerprint_of, read_things
from grafana_copy import (
    beside,
    digest_file,
    find_unfinished,
    leave_wal,
    open_target_folder,
    prepare_folder,
    set_in_place,
    write_beside,
)
from grafana_shell import answer, run, run_or_exit

UNIT = "lgtm-migrate-grafana-readonly"
LOOK_EVERY_S = 0.5
LOCK_LOOKS = 90
UNLOCK_LOOKS = 60
# edits that an answer names; SSM cuts what is longer than 24,000 characters
EDITS_NAMED = 50


def close(task: dict[str, Any]) -> dict[str, Any]:
    """Locks the database; proven by a write that is refused. Repeated, it finds its lock."""
    path = task["path"]
    if not is_locked(path):
        open_again(task)
        holder = ("python3", "-c", task["holder"], path, str(mark_of(path)))
        run_or_exit("systemd-run", f"--unit={UNIT}", *holder)
    for _ in range(LOCK_LOOKS):
        if is_locked(path):
            return {"counts": count_things(read_things(path))}
        time.sleep(LOOK_EVERY_S)
    seconds = int(LOCK_LOOKS * LOOK_EVERY_S)
    raise SystemExit(f"a writer holds {path} for {seconds} s; see journalctl -u {UNIT}")


def open_again(task: dict[str, Any]) -> dict[str, Any]:
    """Ends the lock; nothing to do where there is none."""
    path = task["path"]
    run("systemctl", "stop", UNIT)
    run("systemctl", "reset-failed", UNIT)
    with contextlib.suppress(FileNotFoundError):
        mark_of(path).unlink()
    for _ in range(UNLOCK_LOOKS):
        if not refuses_writers(path):
            return {}
        time.sleep(LOOK_EVERY_S)
    seconds = int(UNLOCK_LOOKS * LOOK_EVERY_S)
    raise SystemExit(f"{path} still refuses writers {seconds} s after {UNIT} has ended; see fuser {path}")


def mark_of(path: str) -> Path:
    """The file by which the holder says that it has the lock."""
    return Path(f"{path}.lgtm-migrate-readonly")


def is_locked(path: str) -> bool:
    """Whether our holder has the lock, and nobody else."""
    is_active = run("systemctl", "is-active", UNIT).stdout.strip() == "active"
    return is_active and mark_of(path).exists() and refuses_writers(path)


def refuses_writers(path: str) -> bool:
    """Whether a write is refused now."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    with contextlib.closing(connection) as writer:
        try:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            return True
    return False


def prepare(task: dict[str, Any]) -> dict[str, Any]:
    """Makes the folder on EFS that the new Grafana's tasks mount."""
    prepare_folder(task)
    return {}


def copy(task: dict[str, Any]) -> dict[str, Any]:
    """Copies the locked database and compares both. Repeated, it finds its copy and changes nothing."""
    source = Path(task["path"])
    exit_unless_quiet(source)
    digest = digest_file(source)
    things = read_things(source)
    result: dict[str, Any] = {
        "sha256": digest,
        "bytes": source.stat().st_size,
        "fingerprint": fingerprint_of(things),
        "counts": count_things(things),
    }
    with open_target_folder(task) as folder:
        is_new = write_beside(source, folder / task["name"], digest)
    # mounted anew, so that what is compared comes from the server
    with open_target_folder(task) as folder:
        target = folder / task["name"]
        made = beside(target, ".new") if is_new else target
        result["copySha256"] = digest_file(made)
        if result["copySha256"] != digest or digest_file(source) != digest:
            return {**result, "equal": False}
        aside = set_in_place(made, target) if is_new else None
        result["copied"] = count_things(read_things(target))
        leave_wal(target)
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    return {**result, "equal": True, "aside": aside, "at": now}


def exit_unless_quiet(source: Path) -> None:
    """A copy is only true while nobody writes."""
    if not is_locked(str(source)):
        sys.exit(f"{source} takes writes again: {UNIT} has ended (a reboot?); retry")
    unfinished = find_unfinished(source)
    if unfinished:
        sys.exit(f"{source} has an unfinished transaction in {', '.join(unfinished)}")


def count(task: dict[str, Any]) -> dict[str, Any]:
    """Counts what the new Grafana has."""
    with open_target_folder(task) as folder:
        return {"counts": count_things(read_things(folder / task["name"]))}


def edits(task: dict[str, Any]) -> dict[str, Any]:
    """What the copy has and the old database has not, since people could write into it."""
    old = read_things(task["path"])
    with open_target_folder(task) as folder:
        new = read_things(folder / task["name"])
    found = find_edits(old, new, task["since"])
    return {
        "counts": count_things(new),
        "total": len(found),
        "edits": found[:EDITS_NAMED],
        "oldUnchanged": fingerprint_of(old) == task["fingerprint"],
    }


if __name__ == "__main__":
    answer(
        {
            "close": close,
            "open": open_again,
            "prepare": prepare,
            "copy": copy,
            "count": count,
            "edits": edits,
        }
    )
