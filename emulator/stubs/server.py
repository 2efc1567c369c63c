"""Runs the programs, each in a fork of this process: Python starts, and imports, once.

A program on PATH connects and names itself; here it gets that process's arguments, environment, folder and streams.
It ends when its standard input does.
"""

import os
import select
import signal
import socket
import sys

# -I leaves the script's own folder out of the path
sys.path.insert(0, __file__.rsplit("/", 3)[0])
from emulator.stubs.programs import load_all, run

QUEUED = 256
#: where the program that connects holds its standard input, output and error: their own numbers are for what it says
#: here. A file that two are led to is written at its end.
STREAMS = {
    7: os.O_RDONLY,
    8: os.O_WRONLY | os.O_APPEND,
    9: os.O_WRONLY | os.O_APPEND,
}


def serve() -> None:
    """Prints its port, on loopback."""
    load_all()
    listener = socket.create_server(("127.0.0.1", 0), backlog=QUEUED)
    print(listener.getsockname()[1], flush=True)
    # nobody waits for a fork
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        client, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            try:
                answer(client)
            finally:
                # whatever became of it, a fork goes no further
                os._exit(0)
        client.close()


def answer(client: socket.socket) -> None:
    """`PID NAME` comes in, the exit code goes out."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid, name = client.makefile().readline().split()
    code = run_as(f"/proc/{pid}", name)
    client.sendall(f"{code}\n".encode())


def run_as(process: str, name: str) -> int:
    try:
        _, _, *arguments = read_list(f"{process}/cmdline")
        os.environ.clear()
        for each in read_list(f"{process}/environ"):
            key, _, value = each.partition("=")
            os.environ[key] = value
        os.chdir(f"{process}/cwd")
        for number, (held, flags) in enumerate(STREAMS.items()):
            os.dup2(os.open(f"{process}/fd/{held}", flags), number)
        run(name, arguments)
        sys.stdout.flush()
    except SystemExit as end:
        return read_code(end)
    except Exception:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def read_code(end: SystemExit) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    return end.code if isinstance(end.code, int) else 0


def read_list(path: str) -> list[str]:
    """Each ends with a NUL."""
    with open(path, "rb") as file:
        return [os.fsdecode(each) for each in file.read().split(b"\0")[:-1]]


if __name__ == "__main__":
    serve()
