"""The names under which the programs are called."""

import importlib
import sys

#: name → module and function; a program that is only there does nothing
PROGRAMS = {
    "docker": ("docker", "run_docker"),
    "docker-compose": ("compose", "run_compose"),
    "curl": ("curl", "run_curl"),
    "task-curl": ("stores", "run_task_curl"),
    "du": ("system", "run_du"),
    "hostname": ("system", "run_hostname"),
    "mount": ("system", "run_mount"),
    "umount": ("system", "run_umount"),
    "chown": ("system", "run_nothing"),
    "ss": ("network", "run_ss"),
    "nsenter": ("network", "run_nsenter"),
    "iptables": ("network", "run_iptables"),
    "sleep": ("system", "run_sleep"),
    "systemctl": ("systemd", "run_systemctl"),
    "systemd-run": ("systemd", "run_systemd_run"),
}


#: of no host, or long
WITHOUT_LOCK = ("task-curl", "sleep")


def load_all() -> None:
    """So that a fork has to load nothing more."""
    for module, _ in PROGRAMS.values():
        importlib.import_module(f".{module}", __package__)


def run(name: str, arguments: list[str]) -> None:
    """Programs of a host run one at a time, under the lock that the emulator takes for its changes."""
    if name not in PROGRAMS:
        print(f"{name}: not found", file=sys.stderr)
        sys.exit(127)
    module, function = PROGRAMS[name]
    program = getattr(importlib.import_module(f".{module}", __package__), function)
    if name in WITHOUT_LOCK:
        program(arguments)
        return
    from .state import lock

    with lock():
        program(arguments)
