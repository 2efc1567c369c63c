"""systemctl and systemd-run: units are real processes that outlive the script that starts them."""

import contextlib
import os
import signal
import subprocess

from .state import load, save


def run_systemd_run(arguments: list[str]) -> None:
    unit = next(each.split("=", 1)[1] for each in arguments if each.startswith("--unit="))
    command = [each for each in arguments if not each.startswith("--")]
    child = subprocess.Popen(
        command,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    state = load()
    state.setdefault("units", {})[unit] = child.pid
    save(state)


def run_systemctl(arguments: list[str]) -> None:
    verb, unit = arguments[0], "".join(arguments[1:2])
    state = load()
    pid = state.get("units", {}).get(unit)
    if verb == "stop" and pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        del state["units"][unit]
        save(state)
    elif verb == "is-active" and unit:
        print("active" if pid and is_alive(pid) else "inactive")
    else:
        print("active")


def is_alive(pid: int) -> bool:
    """Neither gone nor a zombie, which has ended and nobody has waited for."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return " Z " not in file.read()
    except FileNotFoundError:
        return False
