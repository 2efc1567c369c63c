"""How Grafana's programs on a host run others, take their task and answer.

A host gets each program as one text on its standard input, put together by grafana-script.ts. It runs as root with
nothing installed, on Python 3.7 too (Amazon Linux 2).
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from typing import Any


def run(*command: str, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program; its exit code is the caller's to judge."""
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


def run_or_exit(*command: str, timeout: float | None = None) -> str:
    """Runs a program and returns what it printed; where it fails, its last words are ours."""
    done = run(*command, timeout=timeout)
    if done.returncode != 0:
        name = " ".join(command[:4])
        last_words = (done.stderr or done.stdout).strip()[-400:]
        sys.exit(f"{name} exited with {done.returncode}: {last_words}")
    return done.stdout


def answer(verbs: dict[str, Callable[[dict[str, Any]], dict[str, Any]]]) -> None:
    """Does what the first argument, a JSON object, asks for, and prints the answer as one JSON object."""
    task = json.loads(sys.argv[1])
    try:
        result = verbs[task["verb"]](task)
    except (sqlite3.Error, OSError, subprocess.TimeoutExpired) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    print(json.dumps(result))
