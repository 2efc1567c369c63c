"""The door in front of moto: answers `/_emulator`; logs, breaks or passes on all else."""

import contextlib
import io
import json
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any, NoReturn
from urllib.parse import parse_qs

from ..account import LOCK
from ..part import Answer, BadRequestError, Body, Query, Routes
from .calls import Call, CallLog
from .http import (
    Environ,
    Headers,
    HttpAnswer,
    StartResponse,
    make_error,
    make_json_answer,
    send,
)
from .refusals import REFUSALS, repeat_request
from .rules import Rules
from .snapshot import RawAnswer
from .stale import StaleReads

Application = Callable[[Environ, StartResponse], Iterable[bytes]]
#: of moto's headers, those that this server writes itself
OWN_HEADERS = {"content-length", "connection"}


class Middleware:
    def __init__(
        self,
        app: Application,
        calls: CallLog,
        rules: Rules,
        stale: StaleReads,
        locked: Routes,
        unlocked: Routes,
    ) -> None:
        """`unlocked` are routes whose handlers take the lock themselves, where they need it."""
        self.app = app
        self.calls = calls
        self.rules = rules
        self.stale = stale
        self.routes = {**locked, **unlocked}
        self.unlocked = unlocked

    def __call__(
        self,
        environ: Environ,
        start_response: StartResponse,
    ) -> list[bytes]:
        body = take_body(environ)
        if environ["PATH_INFO"].startswith("/_emulator"):
            return self.answer(environ, body, start_response)
        return self.pass_on(environ, body, start_response)

    def answer(
        self,
        environ: Environ,
        body: bytes,
        start_response: StartResponse,
    ) -> list[bytes]:
        """Answers a question or an order to the emulator itself."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        asked = parse_qs(environ.get("QUERY_STRING", ""))
        query = {key: values[0] for key, values in asked.items()}
        handler = self.routes.get((method, path))
        if not handler:
            routes = sorted(" ".join(route) for route in self.routes)
            return send(
                start_response,
                make_json_answer({"error": f"no {path}", "routes": routes}, 404),
            )
        try:
            answer = ask(
                handler,
                query,
                json.loads(body or b"{}"),
                (method, path) not in self.unlocked,
            )
        except BadRequestError as error:
            answer = make_json_answer({"error": str(error)}, 400)
        return send(start_response, answer)

    def pass_on(
        self,
        environ: Environ,
        body: bytes,
        start_response: StartResponse,
    ) -> list[bytes]:
        """Gives a call of AWS's APIs to moto, unless a rule stands in the way before or after."""
        call = self.calls.add(environ, body)
        service, action = call["service"], call["action"]
        faults = self.rules.take(service, action)
        time.sleep(faults.latency_s)
        if faults.kind == "drop":
            drop(environ)
        if refusal := refuse(faults.kind, service, action, body):
            call["status"] = refusal.status
            return send(start_response, refusal)
        status, headers, content = self.ask_world(environ, body, call)
        call["status"] = int(status.split()[0])
        if faults.kind == "drop-after":
            drop(environ)
        if faults.kind == "500-after":
            lost = make_error(service, "InternalFailure", "the reply was lost after the effect", 500)
            return send(start_response, lost)
        if faults.rule and faults.kind == "late":
            time.sleep(faults.rule.delay_s)
        start_response(status, [*headers, ("Content-Length", str(len(content)))])
        return [content]

    def ask_world(
        self,
        environ: Environ,
        body: bytes,
        call: Call,
    ) -> RawAnswer:
        """The answer of the world, or of that before a change that the call does not see yet."""
        with LOCK:
            if call["mutating"]:
                self.stale.open_windows(call, self.ask_moto)
            elif snapshot := self.stale.find_snapshot(call):
                return snapshot.ask(environ, body)
            return self.ask_moto(environ)

    def ask_moto(self, environ: Environ) -> RawAnswer:
        """Moto's answer; called under the lock."""
        seen: dict[str, Any] = {}

        def keep(
            status: str,
            headers: Headers,
            _: object = None,
        ) -> None:
            seen.update(status=status, headers=headers)

        content = b"".join(self.app(environ, keep))
        headers = [(key, value) for key, value in seen["headers"] if key.lower() not in OWN_HEADERS]
        return seen["status"], headers, content


def refuse(
    kind: str,
    service: str,
    action: str,
    body: bytes,
) -> HttpAnswer | None:
    """The answer of a rule that lets a call have no effect."""
    if kind == "echo":
        return repeat_request(service, body)
    if kind in REFUSALS:
        return REFUSALS[kind](service, action)
    return None


def drop(environ: Environ) -> NoReturn:
    """Closes the connection without an answer; werkzeug logs nothing of one that ends so."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionError("dropped by rule")


def ask(
    handler: Answer,
    query: Query,
    body: Body,
    locks: bool,
) -> HttpAnswer:
    with LOCK if locks else contextlib.nullcontext():
        # written down under the lock: many answers are the state itself
        return make_json_answer(handler(query, body))


def take_body(environ: Environ) -> bytes:
    """The body of a request, which moto can read again."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body
