"""The door of ECR's registry: it wants the token and knows what ECR would refuse."""

import contextlib
import http.client
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from moto.ecr.exceptions import ImageAlreadyExistsException

from ...account import ACCOUNT, LOCK, backend
from ..ecr import record

CHUNK = 1 << 16
#: headers that concern one connection and are not handed on
HOP_HEADERS = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "authorization",
    "expect",
}
#: of the distribution API: a repository's manifests, blobs and tags
PATH = re.compile(r"^/v2/(?P<name>.+?)/(?P<kind>manifests|blobs|tags)/(?P<reference>[^?]*)")


class Refusal(NamedTuple):
    status: int
    code: str
    sentence: str


class Target(NamedTuple):
    """What a request is about; empty where it is about no repository."""

    name: str = ""
    kind: str = ""
    reference: str = ""

    @property
    def is_manifest(self) -> bool:
        return self.kind == "manifests"

    @property
    def tag(self) -> str | None:
        return None if self.reference.startswith("sha256:") else self.reference


class DoorServer(ThreadingHTTPServer):
    daemon_threads = True
    #: what a client's basic authentication says
    login = ""
    #: host and port of docker-registry
    upstream = ""


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: DoorServer

    def log_message(self, *_: Any) -> None:
        """Nobody reads a log of requests."""

    def handle_request(self) -> None:
        if self.headers.get("Authorization") != f"Basic {self.server.login}":
            self.refuse(Refusal(401, "UNAUTHORIZED", "Not Authorized"))
            return
        found = PATH.match(self.path)
        target = Target(**found.groupdict()) if found else Target()
        refusal = self.find_refusal(target)
        if refusal:
            self.refuse(refusal)
        else:
            self.take(target)

    def find_refusal(self, target: Target) -> Refusal | None:
        """Reading is refused nowhere: docker-registry knows what is there."""
        if not target.name or self.command in ("GET", "HEAD"):
            return None
        with LOCK:
            return find_refusal(target)

    def take(self, target: Target) -> None:
        """Hands a request on; a manifest that is pushed makes an image of it."""
        pushes_manifest = self.command == "PUT" and target.is_manifest
        manifest = b"".join(self.read_body()) if pushes_manifest else None
        connection = http.client.HTTPConnection(self.server.upstream)
        with contextlib.closing(connection):
            answer = self.pass_on(connection, manifest)
            if manifest is not None and answer.status == 201:
                self.record(target, manifest, answer.headers["Docker-Content-Digest"])
            self.hand_over(answer)

    def record(self, target: Target, manifest: bytes, digest: str | None) -> None:
        media_type = self.headers.get("Content-Type")
        with LOCK, contextlib.suppress(ImageAlreadyExistsException):
            record(target.name, manifest.decode(), target.tag, media_type, digest)

    def read_body(self) -> Iterator[bytes]:
        """What was sent, in pieces; docker and buildah send layers in chunks."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0:
            piece = self.rfile.read(min(CHUNK, left))
            left -= len(piece)
            yield piece

    def refuse(self, refusal: Refusal) -> None:
        """Reads what is sent to its end: clients look for an answer only then."""
        for _ in self.read_body():
            pass
        error = {"code": refusal.code, "message": refusal.sentence}
        answer = json.dumps({"errors": [error]}).encode()
        self.send_response(refusal.status)
        if refusal.status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="ecr"')
        self.send_header("Content-Type", "application/json")
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    def pass_on(self, connection: http.client.HTTPConnection, manifest: bytes | None) -> http.client.HTTPResponse:
        """docker-registry's answer to the same request."""
        headers = {}
        for key in self.headers:
            if key.lower() not in HOP_HEADERS:
                # Accept comes as several headers
                headers[key] = ", ".join(self.headers.get_all(key) or [])
        is_chunked = manifest is None and "Transfer-Encoding" in self.headers
        if manifest is not None:
            headers["Content-Length"] = str(len(manifest))
        elif is_chunked:
            headers["Transfer-Encoding"] = "chunked"
        elif "Content-Length" in self.headers:
            headers["Content-Length"] = self.headers["Content-Length"]
        body = self.read_body() if manifest is None else manifest
        connection.request(
            self.command,
            self.path,
            body=body,
            headers=headers,
            encode_chunked=is_chunked,
        )
        return connection.getresponse()

    def hand_over(self, answer: http.client.HTTPResponse) -> None:
        length = answer.headers.get("Content-Length")
        whole = answer.read() if length is None else b""
        self.send_response(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in HOP_HEADERS:
                self.send_header(key, value)
        self.send_header("Content-Length", length or str(len(whole)))
        self.end_headers()
        if length is None:
            self.wfile.write(whole)
        elif self.command != "HEAD":
            while piece := answer.read(CHUNK):
                self.wfile.write(piece)

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = handle_request  # noqa: N815  # names of the base class


def find_refusal(target: Target) -> Refusal | None:
    """Where ECR would take no push, in its own words."""
    repository = backend("ecr").repositories.get(target.name)
    if not repository:
        sentence = f"The repository with name '{target.name}' does not exist in the registry with id '{ACCOUNT}'"
        return Refusal(404, "NAME_UNKNOWN", sentence)
    if not target.is_manifest or not repository.is_tag_immutable():
        return None
    # a push of the same digest is refused too: aws/containers-roadmap issue 2179
    if any(target.reference in image.image_tags for image in repository.images):
        sentence = (
            f"The image tag '{target.reference}' already exists in the '{target.name}' repository "
            "and cannot be overwritten because the tag is immutable."
        )
        return Refusal(400, "TAG_INVALID", sentence)
    return None
