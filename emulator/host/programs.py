"""The programs on a host and in a task: stubs, and a few harmless ones of this machine.

Nothing else is on PATH.
"""

import pathlib
import re
import shutil
import sys

STUBS = pathlib.Path(__file__).parents[1] / "stubs" / "run.py"
HOST_PROGRAMS = [
    "docker",
    "docker-compose",
    "curl",
    "systemctl",
    "ss",
    "nsenter",
    "iptables",
    "sleep",
    "du",
    "hostname",
    "systemd-run",
    "mount",
    "mount.nfs4",
    "umount",
    "chown",
]
#: programs of this machine that change nothing outside the folder they run in
REAL_PROGRAMS = [
    "cat",
    "ls",
    "df",
    "stat",
    "head",
    "tail",
    "grep",
    "sort",
    "wc",
    "date",
    "test",
    "[",
    "printf",
    "echo",
    "cut",
    "tr",
    "true",
    "false",
    "basename",
    "dirname",
    "seq",
    "sed",
    "awk",
]
#: the start of a command: what follows is a program
PROGRAM_BY_PATH = re.compile(r"(?:^|[;&|(`\n]|\$\()\s*(?:exec\s+|sudo\s+)?(\.{0,2}/[^\s;]+)")


def make_host_programs(folder: pathlib.Path) -> pathlib.Path:
    """A folder to be the PATH of a host's scripts; made once."""
    if not folder.exists():
        link_real_programs(folder)
        for name in HOST_PROGRAMS:
            write_program(folder / name, f'"{sys.executable}" -I -S "{STUBS}" {name}')
        write_program(folder / "python3", f'"{sys.executable}" -I')
    return folder


def make_task_programs(folder: pathlib.Path) -> pathlib.Path:
    """A folder to be the PATH of a task's scripts; made once."""
    if not folder.exists():
        link_real_programs(folder)
        write_program(folder / "curl", f'"{sys.executable}" -I -S "{STUBS}" task-curl')
        link_program(folder, "sleep")
    return folder


def write_program(path: pathlib.Path, command: str) -> None:
    path.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    path.chmod(0o755)


def link_real_programs(folder: pathlib.Path) -> None:
    folder.mkdir()
    for name in REAL_PROGRAMS:
        link_program(folder, name)


def link_program(folder: pathlib.Path, name: str) -> None:
    if found := shutil.which(name):
        (folder / name).symlink_to(found)


def find_refusal(script: str) -> str | None:
    """A guard for our own scripts, not a sandbox: programs are named, never given by path."""
    found = PROGRAM_BY_PATH.search(script)
    if not found:
        return None
    return f"refused: {found.group(1)} names a program by path; only the emulated host's own programs run"
