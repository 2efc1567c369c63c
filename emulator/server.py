"""The process: serves an emulator on loopback until it is told to end."""

import gc
import json
import logging
import os
import signal
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from .control.http import Headers
from .emulator import Emulator


class Handler(WSGIRequestHandler):
    """It keeps connections, as AWS does: making one takes a quarter of a short answer's time.

    Each body is read to its end.
    """

    protocol_version = "HTTP/1.1"
    #: head and body of an answer in one piece
    wbufsize = -1
    #: a long answer's second piece waits for no acknowledgement of the first
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        goes_on = super().handle_expect_100()
        self.wfile.flush()
        return goes_on

    def run_wsgi(self) -> None:
        head: dict[str, Any] = {}

        def keep(status: str, headers: Headers, _: Any = None) -> Callable[[bytes], object]:
            head.update(status=status, headers=headers)
            return self.wfile.write

        try:
            content = b"".join(self.server.app(self.make_environ(), keep))
        except ConnectionError:
            # dropped by a rule
            raise
        except Exception:
            logging.exception("%s %s is not answered", self.command, self.path)
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
            self.wfile.flush()
            return
        code, reason = head["status"].split(None, 1)
        self.send_response(int(code), reason)
        for key, value in head["headers"]:
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_request(self, *_: Any) -> None:
        """Nobody reads a log of requests; /_emulator/calls has them."""


def serve(port: int, world: str, record: str, registry_folder: str | None) -> None:
    """Prints one line of JSON when the world is there; `port` 0 is any free one."""
    emulator = Emulator(registry_folder)
    server = make_server("127.0.0.1", port, emulator.make_app(), threaded=True, request_handler=Handler)
    end_on_signals(emulator)
    emulator.endpoints.aws = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    emulator.build_world(world, record)
    emulator.start_clock()
    collect_garbage_again()
    endpoints = emulator.endpoints
    told = {
        "aws": endpoints.aws,
        "dns": endpoints.dns,
        "pid": os.getpid(),
    }
    print(json.dumps(told), flush=True)
    wait_for_signals()


def end_on_signals(emulator: Emulator) -> None:
    def end(*_: Any) -> None:
        emulator.close()
        os._exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def wait_for_signals() -> None:
    """Blocks the main thread, in which handlers run, so that every signal wakes it.

    Waiting for a lock or a thread would not: a signal that comes in at the last moment
    before it has no handler run until another one comes.
    """
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable)
    while True:
        os.read(readable, 1)


def collect_garbage_again() -> None:
    """What a start has loaded stays for all of the process's life, and is never looked at again."""
    gc.freeze()
    gc.enable()
