"""ECR: its images, what their scans found, and a team that pushes while it is asked to."""

import hashlib
import json
from typing import Any

from moto.ecr import models

from ..account import ACCOUNT, Endpoints, backend
from ..part import Body, Part, Query, Routes, override
from ..settings import Settings

MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"


class Ecr(Part):
    def __init__(self, settings: Settings, endpoints: Endpoints) -> None:
        self.settings = settings
        self.endpoints = endpoints
        self.reset()

    def reset(self) -> None:
        #: on: whether a team pushes; findings: repository → severity → count, one HIGH
        #: where none is named
        self.stocking: dict[str, Any] = {"on": True, "tag": "v1", "findings": {}}
        #: empty repository → when it was first seen
        self.empty_since: dict[str, float] = {}

    def install(self) -> None:
        override(models.ECRBackend, "describe_image_scan_findings", self.describe_findings)

    def describe_findings(
        self,
        original: Any,
        moto: Any,
        registry_id: str,
        repository_name: str,
        image_id: Any,
    ) -> Any:
        answer = original(moto, registry_id, repository_name, image_id)
        counts = self.stocking["findings"].get(repository_name)
        if counts is None:
            return answer
        found = {
            **answer["imageScanFindings"],
            "findings": [],
            "findingSeverityCounts": counts,
        }
        return {**answer, "imageScanFindings": found}

    def has_image(self, image: str) -> bool:
        """Whether `<registry>/<repository>@digest` or `:tag` is in the account; other
        registries have everything.
        """
        host, _, path = image.partition("/")
        if not path or (".dkr.ecr." not in host and host != self.endpoints.registry):
            return True
        name, reference = path.split("@", 1) if "@" in path else path.rsplit(":", 1)
        repository = backend("ecr").repositories.get(name)
        if not repository:
            return False
        return any(carries(image, reference) for image in repository.images)

    def tick(self, now: float) -> None:
        if not self.stocking["on"]:
            return
        for name in find_empty():
            if now - self.empty_since.setdefault(name, now) > self.settings["image_push_s"]:
                push(name, self.stocking["tag"])

    def stock_all(self) -> None:
        """What the team has pushed long ago."""
        if self.stocking["on"]:
            for name in find_empty():
                push(name, self.stocking["tag"])

    def stock(self, _: Query, body: Body) -> dict[str, Any]:
        self.stocking.update(body)
        return self.stocking

    def routes(self) -> Routes:
        return {("POST", "/_emulator/ecr"): self.stock}


def find_empty() -> list[str]:
    """The stack's repositories without an image."""
    repositories = backend("ecr").repositories.items()
    return [name for name, each in repositories if name.startswith("lgtm-") and not each.images]


def carries(image: Any, reference: str) -> bool:
    """Whether an image has this digest or tag."""
    return reference == image.image_digest or reference in (image.image_tags or [])


def record(
    name: str,
    manifest: str,
    tag: str | None,
    media_type: str | None,
    digest: str | None = None,
) -> None:
    """What ECR knows after a push, and the scan that it starts then."""
    ecr = backend("ecr")
    image = ecr.put_image(name, manifest, tag, media_type, digest)
    scans_on_push = ecr.repositories[name].image_scanning_configuration.get("scanOnPush")
    if scans_on_push and not image.last_scan:
        ecr.start_image_scan(ACCOUNT, name, {"imageDigest": image.image_digest})


def push(name: str, tag: str) -> None:
    """An image without layers, whose digest follows from its repository's name."""
    digest = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": {"mediaType": CONFIG_TYPE, "size": 7023, "digest": digest},
        "layers": [],
    }
    record(name, json.dumps(manifest), tag, MANIFEST_TYPE)
