"""ECR as a registry that takes pushes, and is empty in each new world."""

import base64
import pathlib
import secrets
import threading
from datetime import datetime, timedelta, timezone
from typing import Any

from moto.core.responses import ActionResult
from moto.ecr import models, responses

from ...account import Endpoints
from ...part import Part, override
from .door import Door, DoorServer
from .process import RegistryProcess

#: AWS, API reference of GetAuthorizationToken
TOKEN_LASTS = timedelta(hours=12)


class Registry(Part):
    """Without a folder it does nothing: repositories keep the addresses that moto gives them."""

    def __init__(self, folder: str | None, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self.process = RegistryProcess(pathlib.Path(folder)) if folder else None
        #: user and password of `docker login`, the same for all of this process's life
        self.login = base64.b64encode(f"AWS:{secrets.token_hex(32)}".encode()).decode()
        self.door: DoorServer | None = None

    def install(self) -> None:
        if self.process:
            override(models.Repository, "__init__", self.make_repository)
            override(responses.ECRResponse, "get_authorization_token", self.give_token)

    def reset(self) -> None:
        if not self.process:
            return
        if self.door:
            self.process.empty()
        else:
            self.process.start()
            self.open_door(self.process.address)

    def open_door(self, upstream: str) -> None:
        self.door = DoorServer(("127.0.0.1", 0), Door)
        self.door.login = self.login
        self.door.upstream = upstream
        threading.Thread(target=self.door.serve_forever, daemon=True).start()
        self.endpoints.registry = f"127.0.0.1:{self.door.server_port}"

    def close(self) -> None:
        if self.process:
            self.process.stop()

    def make_repository(self, original: Any, repository: Any, *args: Any, **kwargs: Any) -> None:
        original(repository, *args, **kwargs)
        repository.uri = f"{self.endpoints.registry}/{repository.name}"

    def give_token(self, *_: Any) -> ActionResult:
        data = {
            "authorizationToken": self.login,
            "expiresAt": datetime.now(timezone.utc) + TOKEN_LASTS,
            "proxyEndpoint": f"http://{self.endpoints.registry}",
        }
        return ActionResult({"authorizationData": [data]})
