"""The world as it was at a moment: a copy of this process, which answers reads."""

import io
import os
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import NoReturn

from .http import Environ, Headers

#: status line, headers and body
RawAnswer = tuple[str, Headers, bytes]
Ask = Callable[[Environ], RawAnswer]
#: of a request, what another process can take; it has the body beside
PLAIN = (str, int, bool, tuple)
#: descriptors from here on are no standard streams
FIRST_DESCRIPTOR = 3


class Snapshot:
    def __init__(self, ask: Ask) -> None:
        """Called under the lock, which the copy then has for itself."""
        self.connection, theirs = Pipe()
        self.pid = os.fork()
        if self.pid == 0:
            answer_forever(theirs, ask)
        theirs.close()

    def ask(self, environ: Environ, body: bytes) -> RawAnswer:
        plain = {key: value for key, value in environ.items() if isinstance(value, PLAIN)}
        self.connection.send((plain, body))
        answer: RawAnswer = self.connection.recv()
        return answer

    def end(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.connection.close()


def answer_forever(connection: Connection, ask: Ask) -> NoReturn:
    """In the copy: nothing of the world that goes on is its business, and its time stands still."""
    try:
        let_go(connection.fileno())
        now = time.time()
        time.time = lambda: now
        while True:
            environ, body = connection.recv()
            environ.update({"wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr})
            connection.send(ask(environ))
    except EOFError:
        os._exit(0)
    finally:
        os._exit(1)


def let_go(descriptor: int) -> None:
    """Leaves signals and open files to the process itself, all but one."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.closerange(FIRST_DESCRIPTOR, descriptor)
    os.closerange(descriptor + 1, find_highest_descriptor() + 1)


def find_highest_descriptor() -> int:
    return max(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208
