"""Debian's docker-registry as a child process, its blobs in a folder."""

import contextlib
import ctypes
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

UP_TIMEOUT_S = 20
LOOK_EVERY_S = 0.02
LISTENS = re.compile(r"listening on (127\.0\.0\.1:\d+)")
#: of prctl(2): the signal that a child gets when its parent ends
PR_SET_PDEATHSIG = 1


class RegistryProcess:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder.absolute()
        self.child: subprocess.Popen[bytes] | None = None
        #: host and port
        self.address = ""

    def start(self) -> None:
        """On a free port of loopback; returns when it listens. It ends with the thread that calls."""
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "registry.yml"
        configuration.write_text(
            "version: 0.1\n"
            "log: {level: info}\n"
            f"storage: {{filesystem: {{rootdirectory: {self.folder}}}}}\n"
            "http: {addr: '127.0.0.1:0'}\n"
        )
        log = self.folder / "registry.log"
        with log.open("w") as sink:
            self.child = subprocess.Popen(
                ["docker-registry", "serve", str(configuration)],
                stdout=sink,
                stderr=sink,
                preexec_fn=end_with_parent,  # noqa: PLW1509  # only a system call, no lock is taken
            )
        self.address = wait_until_listening(self.child, log)

    def stop(self) -> None:
        if self.child:
            self.child.terminate()
            self.child.wait()

    def empty(self) -> None:
        """Without a cache, docker-registry knows nothing but what is in its folder."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.folder / "docker")


def wait_until_listening(child: subprocess.Popen[bytes], log: pathlib.Path) -> str:
    until = time.monotonic() + UP_TIMEOUT_S
    while not (found := LISTENS.search(log.read_text())):
        if child.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"docker-registry is not up: {log.read_text()[-500:]}")
        time.sleep(LOOK_EVERY_S)
    return found[1]


def end_with_parent() -> None:
    """In the child: a killed emulator leaves no registry behind.

    To Linux the parent is the thread that started the child.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
