"""Shell scripts of one world, each in a process group: they end with the world."""

import contextlib
import os
import pathlib
import signal
import subprocess
import threading
from typing import NamedTuple


class WorldEndedError(Exception):
    """The world that asked for the script is gone."""


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


class Scripts:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.running: set[subprocess.Popen[str]] = set()
        self.have_ended = False

    def run(
        self,
        script: str,
        folder: pathlib.Path,
        environment: dict[str, str],
        timeout_s: float,
        merges_output: bool = False,
    ) -> Outcome:
        """Runs a script to its end.

        Raises TimeoutExpired, or WorldEndedError once its outcome concerns nobody.
        """
        with self.lock:
            if self.have_ended:
                raise WorldEndedError
            child = subprocess.Popen(
                ["/bin/sh", "-c", script],
                cwd=folder,
                env=environment,
                text=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if merges_output else subprocess.PIPE,
                start_new_session=True,
            )
            self.running.add(child)
        try:
            out, err = self.wait(child, timeout_s)
        finally:
            with self.lock:
                self.running.discard(child)
        if self.have_ended:
            raise WorldEndedError
        return Outcome(child.returncode, out, err or "")

    def wait(self, child: subprocess.Popen[str], timeout_s: float) -> tuple[str, str]:
        try:
            return child.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            end_group(child)
            child.communicate()
            raise

    def end(self) -> None:
        """Ends what runs; nothing new starts."""
        with self.lock:
            self.have_ended = True
            for child in self.running:
                end_group(child)


def end_group(child: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
