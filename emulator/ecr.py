"""ECR: which images are there, and a team that pushes them while it is asked to."""

import hashlib
import json
import time

import state

STOCKING = {"on": True, "tag": "v1"}
SEEN: dict[str, float] = {}


def exists(image):
    """Whether `<registry>/<repository>@digest` or `:tag` is in the account's registry; other registries are not asked."""
    if ".dkr.ecr." not in image:
        return True
    path = image.split("/", 1)[1]
    name, by = path.split("@", 1) if "@" in path else path.rsplit(":", 1)
    repository = state.backend("ecr").repositories.get(name)
    return bool(repository) and any(by == i.image_digest or by in (i.image_tags or []) for i in repository.images)


def push(name):
    layer = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                           "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 7023, "digest": layer}, "layers": []})
    backend = state.backend("ecr")
    backend.put_image(name, manifest, STOCKING["tag"], "application/vnd.docker.distribution.manifest.v2+json", None)
    if (backend.repositories[name].image_scanning_configuration or {}).get("scanOnPush"):
        backend.start_image_scan(state.ACCOUNT, name, {"imageTag": STOCKING["tag"]})


def tick(now):
    if STOCKING["on"]:
        for name, repository in state.backend("ecr").repositories.items():
            if name.startswith("lgtm-") and not repository.images and now - SEEN.setdefault(name, now) > state.settings["image_push_s"]:
                push(name)


def routes():
    return {("POST", "/_emulator/ecr"): lambda _, body: STOCKING.update(body) or STOCKING}
