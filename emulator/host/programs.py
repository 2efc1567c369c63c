"""The programs on a host and in a task: stubs, and a few harmless ones of this machine.

Nothing else is on PATH.
"""

import pathlib
import re
import shutil
import subprocess
import sys

SERVER = pathlib.Path(__file__).parents[1] / "stubs" / "server.py"
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
    "base64",
    "gzip",
    "sh",
]
#: bash starts in a tenth of Python's time; stubs/server.py says what its numbers are for
STUB = """\
#!/bin/bash
exec 7<&0 8>&1 9>&2 6<>/dev/tcp/127.0.0.1/{port}
echo $$ {name} >&6
read -r code <&6
exit $code
"""
#: the start of a command: what follows is a program
PROGRAM_BY_PATH = re.compile(r"(?:^|[;&|(`\n]|\$\()\s*(?:exec\s+|sudo\s+)?(\.{0,2}/[^\s;]+)")


class Programs:
    """Stubs run in a server of their own, which ends with this process."""

    def __init__(self) -> None:
        self.server: subprocess.Popen[str] | None = None
        self.port = ""

    def make_for_host(self, folder: pathlib.Path) -> pathlib.Path:
        """A folder to be the PATH of a host's scripts; made once."""
        if not folder.exists():
            link_real_programs(folder)
            for name in HOST_PROGRAMS:
                self.write_stub(folder / name, name)
            write_program(folder / "python3", f'#!/bin/sh\nexec "{sys.executable}" -I "$@"\n')
        return folder

    def make_for_task(self, folder: pathlib.Path) -> pathlib.Path:
        """A folder to be the PATH of a task's scripts; made once."""
        if not folder.exists():
            link_real_programs(folder)
            self.write_stub(folder / "curl", "task-curl")
            link_program(folder, "sleep")
        return folder

    def write_stub(self, path: pathlib.Path, name: str) -> None:
        """`name` as stubs/programs.py has it."""
        write_program(path, STUB.format(port=self.find_port(), name=name))

    def find_port(self) -> str:
        if not self.server:
            command = [sys.executable, "-I", "-S", str(SERVER)]
            self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert self.server.stdout
            self.port = self.server.stdout.readline().strip()
        return self.port


def write_program(path: pathlib.Path, text: str) -> None:
    path.write_text(text)
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
