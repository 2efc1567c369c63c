"""The door in front of moto: answers `/_emulator`; logs, breaks or passes on all else."""

import contextlib
import io
import json
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any
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
from .rules import REFUSALS, Rules

Application = Callable[[Environ, StartResponse], Iterable[bytes]]
#: of moto's headers, those that this server writes itself
OWN_HEADERS = {"content-length", "connection"}


class Middleware:
    def __init__(
        self,
        app: Application,
        calls: CallLog,
        rules: Rules,
        locked: Routes,
        unlocked: Routes,
    ) -> None:
        """`unlocked` are routes whose handlers take the lock themselves, where they need it."""
        self.app = app
        self.calls = calls
        self.rules = rules
        self.routes = {**locked, **unlocked}
        self.unlocked = unlocked

    def __call__(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        body = take_body(environ)
        if environ["PATH_INFO"].startswith("/_emulator"):
            return self.answer(environ, body, start_response)
        return self.pass_on(environ, self.calls.add(environ, body), start_response)

    def answer(self, environ: Environ, body: bytes, start_response: StartResponse) -> list[bytes]:
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

    def pass_on(self, environ: Environ, call: Call, start_response: StartResponse) -> list[bytes]:
        """Gives a call of AWS's APIs to moto, unless a rule stands in the way before or after."""
        service, action = call["service"], call["action"]
        rule = self.rules.take(service, action)
        kind = rule["kind"] if rule else ""
        if rule and kind == "delay":
            time.sleep(rule["delay_s"])
        if kind in REFUSALS:
            refusal = REFUSALS[kind](service, action)
            call["status"] = refusal.status
            return send(start_response, refusal)
        status, headers, content = self.ask_moto(environ)
        call["status"] = int(status.split()[0])
        if kind == "drop-after":
            # werkzeug logs nothing of a connection that ends so, and sends nothing of an answer
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionError("dropped by rule")
        if kind == "500-after":
            lost = make_error(service, "InternalFailure", "the reply was lost after the effect", 500)
            return send(start_response, lost)
        start_response(status, [*headers, ("Content-Length", str(len(content)))])
        return [content]

    def ask_moto(self, environ: Environ) -> tuple[str, Headers, bytes]:
        """Status line, headers and body of moto's answer."""
        seen: dict[str, Any] = {}

        def keep(status: str, headers: Headers, _: object = None) -> None:
            seen.update(status=status, headers=headers)

        with LOCK:
            content = b"".join(self.app(environ, keep))
        headers = [(key, value) for key, value in seen["headers"] if key.lower() not in OWN_HEADERS]
        return seen["status"], headers, content


def ask(handler: Answer, query: Query, body: Body, locks: bool) -> HttpAnswer:
    with LOCK if locks else contextlib.nullcontext():
        # written down under the lock: many answers are the state itself
        return make_json_answer(handler(query, body))


def take_body(environ: Environ) -> bytes:
    """The body of a request, which moto can read again."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body
