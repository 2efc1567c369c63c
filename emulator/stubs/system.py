"""du, hostname, mount and umount."""

import glob
import os
import time

from .network import HOST
from .state import NETWORK, fail, load

#: a script sleeps no longer, in seconds
LONGEST_S = 2.0


def run_du(arguments: list[str]) -> None:
    sizes = load()["sizes"]
    for path in [each for each in arguments if not each.startswith("-")]:
        if path not in sizes:
            fail(f"du: cannot access '{path}': No such file or directory")
        print(f"{sizes[path]}\t{path}")


def run_hostname(_: list[str]) -> None:
    print(f"{HOST} {NETWORK}.1 ")


def run_nothing(_: list[str]) -> None:
    """A program whose effect nobody sees here."""


def run_sleep(arguments: list[str]) -> None:
    """Times of hosts are short here."""
    time.sleep(min(float(arguments[0]), LONGEST_S))


def run_mount(arguments: list[str]) -> None:
    """An EFS file system is a folder: the mount point becomes a link to it."""
    source, point = arguments[-2:]
    target = load().get("efs", {}).get(source.split(":")[0])
    if not target:
        fail(f"mount.nfs4: Connection timed out for {source}", 32)
    os.rmdir(point)
    os.symlink(target, point)


def run_umount(arguments: list[str]) -> None:
    point = arguments[0]
    if load().get("copy_corrupts"):
        for path in glob.glob(f"{point}/*/*.new"):
            with open(path, "ab") as file:
                file.write(b"x")
    os.unlink(point)
    os.mkdir(point)
