"""How a locked SQLite is copied to where the new Grafana reads it, so that both are equal byte for byte."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grafana_shell import run_or_exit

# AWS's recommendation for EFS, with hard mounts: a server that is away is waited for
NFS_OPTIONS = "nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport"
# Grafana's user and group in its image
OWNER = "472:0"
# a file that ends so goes with the database of the same name
COMPANIONS = ("", "-journal", "-wal", "-shm")
BLOCK_BYTES = 1 << 20


@contextlib.contextmanager
def open_target_folder(task: dict[str, Any]) -> Iterator[Path]:
    """The folder that the new Grafana sees as its data, on EFS.

    Without a file system: the one of the old database, for an import by hand.
    """
    if "address" not in task:
        yield Path(task["path"]).parent
        return
    point = Path(tempfile.mkdtemp(prefix="lgtm-migrate-"))
    source = f"{task['address']}:/"
    try:
        run_or_exit("mount", "-t", "nfs4", "-o", NFS_OPTIONS, source, str(point), timeout=60)
        try:
            yield point / task["directory"].lstrip("/")
        finally:
            run_or_exit("umount", str(point))
    finally:
        point.rmdir()


def prepare_folder(task: dict[str, Any]) -> None:
    """Makes the folder, for Grafana's user to write in."""
    with open_target_folder(task) as folder:
        folder.mkdir(parents=True, exist_ok=True)
        run_or_exit("chown", OWNER, str(folder))


def digest_file(path: Path) -> str:
    """SHA-256 of a file of any size."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        block = file.read(BLOCK_BYTES)
        while block:
            total.update(block)
            block = file.read(BLOCK_BYTES)
    return total.hexdigest()


def beside(path: Path, ending: str) -> Path:
    """The path with an ending more."""
    return path.with_name(path.name + ending)


def find_unfinished(path: Path) -> list[str]:
    """Journals that would change the database when it is opened next.

    One that is empty or begins with 0 would not.
    """
    unfinished = []
    for ending in ("-journal", "-wal"):
        journal = beside(path, ending)
        if journal.exists() and first_byte(journal) not in (b"", b"\0"):
            unfinished.append(str(journal))
    return unfinished


def first_byte(path: Path) -> bytes:
    """Empty where the file is."""
    with path.open("rb") as file:
        return file.read(1)


def write_beside(source: Path, target: Path, digest: str) -> bool:
    """Writes the copy beside its final name, onto the server's disk.

    False: the target is that very copy already.
    """
    if target.exists() and digest_file(target) == digest:
        return False
    copy = beside(target, ".new")
    shutil.copyfile(str(source), str(copy))
    with copy.open("rb+") as file:
        os.fsync(file.fileno())
    return True


def set_in_place(copy: Path, target: Path) -> str | None:
    """Gives the copy its final name.

    What has that name is set aside, never written over, and its new name returned.
    """
    aside = set_aside(target) if target.exists() else None
    run_or_exit("chown", OWNER, str(copy))
    copy.rename(target)
    return aside


def set_aside(target: Path) -> str:
    """Renames a database with what belongs to it."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    aside = beside(target, f".until-{moment}")
    for ending in COMPANIONS:
        companion = beside(target, ending)
        if companion.exists():
            companion.rename(beside(aside, ending))
    return aside.name


def leave_wal(path: Path) -> None:
    """Takes a database out of WAL mode, which NFS can't serve: its shared memory is of one machine."""
    connection = sqlite3.connect(str(path), isolation_level=None)
    with contextlib.closing(connection) as database:
        database.execute("PRAGMA journal_mode=DELETE")
