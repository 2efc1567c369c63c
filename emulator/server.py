"""The process: serves an emulator on loopback until it is told to end."""

import gc
import json
import os
import signal
import threading
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from .emulator import Emulator


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

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
    print(json.dumps({"aws": endpoints.aws, "dns": endpoints.dns, "pid": os.getpid()}), flush=True)
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
