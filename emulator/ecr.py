"""ECR: which images are there, what their scans found, and a team that pushes them while it is asked to."""

import hashlib
import json

from moto.ecr import models

from . import state

#: findings: repository → severity → count; moto's one HIGH where a repository is not named
STOCKING = {"on": True, "tag": "v1", "findings": {}}
SEEN: dict[str, float] = {}


def exists(image):
    """Whether `<registry>/<repository>@digest` or `:tag` is in the account's registry; other registries are not asked."""
    host, path = image.split("/", 1) if "/" in image else ("", image)
    if ".dkr.ecr." not in host and host != state.registry:
        return True
    name, by = path.split("@", 1) if "@" in path else path.rsplit(":", 1)
    repository = state.backend("ecr").repositories.get(name)
    return bool(repository) and any(by == i.image_digest or by in (i.image_tags or []) for i in repository.images)


def record(name, manifest, tag, media_type, digest=None):
    """What ECR knows after a push, and the scan that it starts then."""
    backend = state.backend("ecr")
    image = backend.put_image(name, manifest, tag, media_type, digest)
    if backend.repositories[name].image_scanning_configuration.get("scanOnPush") and not image.last_scan:
        backend.start_image_scan(state.ACCOUNT, name, {"imageDigest": image.image_digest})


def push(name):
    layer = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 7023, "digest": layer}, "layers": []})
    record(name, manifest, STOCKING["tag"], kind)


def install():
    original = models.ECRBackend.describe_image_scan_findings

    def findings(self, registry_id, repository_name, image_id):
        answer = original(self, registry_id, repository_name, image_id)
        counts = STOCKING["findings"].get(repository_name)
        return answer if counts is None else {**answer, "imageScanFindings": {**answer["imageScanFindings"], "findings": [], "findingSeverityCounts": counts}}

    models.ECRBackend.describe_image_scan_findings = findings


def tick(now):
    if STOCKING["on"]:
        for name, repository in state.backend("ecr").repositories.items():
            if name.startswith("lgtm-") and not repository.images and now - SEEN.setdefault(name, now) > state.settings["image_push_s"]:
                push(name)


def routes():
    return {("POST", "/_emulator/ecr"): lambda _, body: STOCKING.update(body) or STOCKING}


def reset():
    STOCKING.update(on=True, tag="v1", findings={})
    SEEN.clear()
