"""ECR as a registry: docker-registry behind a door that wants the token, knows the repositories and keeps immutable tags."""

import base64
import ctypes
import http.client
import json
import pathlib
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from moto.core.responses import ActionResult
from moto.ecr import models, responses
from moto.ecr.exceptions import ImageAlreadyExistsException

from . import ecr
from . import state

TOKEN = secrets.token_hex(32)
LOGIN = base64.b64encode(f"AWS:{TOKEN}".encode()).decode()
TOKEN_LASTS = timedelta(hours=12)
UP_S = 20
CHUNK = 1 << 16
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "authorization", "expect"}
PATH = re.compile(r"^/v2/(?P<name>.+?)/(?P<what>manifests|blobs|tags)/(?P<reference>[^?]*)")
running: subprocess.Popen | None = None
upstream = ""
blobs = pathlib.Path()


def ends_with_us():
    """In the child: a killed emulator leaves no registry behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def start(folder):
    """Starts docker-registry with its blobs in `folder`, and the door; both on free ports of loopback."""
    global blobs
    folder = pathlib.Path(folder).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "registry.yml").write_text(f"version: 0.1\nlog: {{level: info}}\nstorage: {{filesystem: {{rootdirectory: {folder}}}}}\nhttp: {{addr: '127.0.0.1:0'}}\n")
    blobs = folder
    serve()
    door = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    door.daemon_threads = True
    threading.Thread(target=door.serve_forever, daemon=True).start()
    state.registry = f"127.0.0.1:{door.server_port}"
    uri_of_repositories()


def serve():
    global running, upstream
    folder = blobs
    log = folder / "registry.log"
    with log.open("w") as sink:
        running = subprocess.Popen(["docker-registry", "serve", str(folder / "registry.yml")], stdout=sink, stderr=sink, preexec_fn=ends_with_us)
    until = time.time() + UP_S
    while not (listening := re.search(r"listening on (127\.0\.0\.1:\d+)", log.read_text())):
        if running.poll() is not None or time.time() > until:
            raise SystemExit(f"docker-registry is not up: {log.read_text()[-500:]}")
        time.sleep(0.02)
    upstream = listening[1]


def reset():
    """The registry of a new world is empty."""
    if running:
        close()
        shutil.rmtree(blobs / "docker", ignore_errors=True)
        serve()


def close():
    if running:
        running.terminate()
        running.wait()


def uri_of_repositories():
    original = models.Repository.__init__

    def init(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.uri = f"{state.registry}/{self.name}"

    def token(self):
        return ActionResult({"authorizationData": [{"authorizationToken": LOGIN, "expiresAt": datetime.now(timezone.utc) + TOKEN_LASTS, "proxyEndpoint": f"http://{state.registry}"}]})

    models.Repository.__init__ = init
    responses.ECRResponse.get_authorization_token = token


def refusal(name, reference, manifest):
    """(status, code, sentence) where ECR would take no push, in its own words."""
    repository = state.backend("ecr").repositories.get(name)
    if not repository:
        return 404, "NAME_UNKNOWN", f"The repository with name '{name}' does not exist in the registry with id '{state.ACCOUNT}'"
    # of the same digest too: aws/containers-roadmap issue 2179
    if manifest and repository.is_tag_immutable() and any(reference in image.image_tags for image in repository.images):
        return 400, "TAG_INVALID", f"The image tag '{reference}' already exists in the '{name}' repository and cannot be overwritten because the tag is immutable."
    return None


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
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

    def refuse(self, status, code, sentence):
        for _ in self.body():
            pass
        answer = json.dumps({"errors": [{"code": code, "message": sentence}]}).encode()
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="ecr"')
        self.send_header("Content-Type", "application/json")
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    def handle_call(self):
        if self.headers.get("Authorization") != f"Basic {LOGIN}":
            return self.refuse(401, "UNAUTHORIZED", "Not Authorized")
        at = PATH.match(self.path)
        name, manifest = (at["name"], at["what"] == "manifests") if at else ("", False)
        if at and self.command not in ("GET", "HEAD"):
            with state.LOCK:
                refused = refusal(name, at["reference"], manifest)
            if refused:
                return self.refuse(*refused)
        sent = b"".join(self.body()) if self.command == "PUT" and manifest else None
        answer, connection = self.ask(sent)
        if sent is not None and answer.status == 201:
            tag = None if at["reference"].startswith("sha256:") else at["reference"]
            with state.LOCK:
                try:
                    ecr.record(name, sent.decode(), tag, self.headers.get("Content-Type"), answer.headers["Docker-Content-Digest"])
                except ImageAlreadyExistsException:
                    pass
        self.hand_over(answer)
        connection.close()

    def ask(self, sent):
        connection = http.client.HTTPConnection(upstream)
        # Accept comes as several headers
        headers = {key: ", ".join(self.headers.get_all(key)) for key in self.headers if key.lower() not in HOP}
        chunked = "Transfer-Encoding" in self.headers
        if sent is not None:
            headers["Content-Length"] = str(len(sent))
        elif chunked:
            headers["Transfer-Encoding"] = "chunked"
        elif "Content-Length" in self.headers:
            headers["Content-Length"] = self.headers["Content-Length"]
        connection.request(self.command, self.path, body=self.body() if sent is None else sent, headers=headers, encode_chunked=chunked and sent is None)
        return connection.getresponse(), connection

    def hand_over(self, answer):
        length = answer.headers.get("Content-Length")
        whole = answer.read() if length is None else None
        self.send_response(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in HOP:
                self.send_header(key, value)
        self.send_header("Content-Length", length if whole is None else str(len(whole)))
        self.end_headers()
        if whole is not None:
            self.wfile.write(whole)
        elif self.command != "HEAD":
            while piece := answer.read(CHUNK):
                self.wfile.write(piece)

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = handle_call
