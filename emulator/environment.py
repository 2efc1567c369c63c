"""What moto and boto3 read when they are imported: to be prepared before."""

import gc
import os
import pathlib
from typing import Any

#: the public images of EC2: one, for the host
IMAGES = pathlib.Path(__file__).parent / "aws" / "images.json"


def prepare() -> None:
    os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    # without it moto makes its thousand public images in every region that is looked at
    os.environ.setdefault("MOTO_AMIS_PATH", str(IMAGES))
    os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "2")
    os.environ.setdefault("AWS_DEFAULT_REGION", "ap-northeast-2")
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "emulator")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "emulator")
    # a start only loads: looking for garbage in it takes a fifth of its time
    gc.disable()
    share_models()
    skip_offerings()


def share_models() -> None:
    """One reading of AWS's API models for all sessions of botocore and for moto.

    Each session would read its own, and moto makes some while it is imported, which read
    EC2's, the largest of all.
    """
    import botocore.loaders
    import botocore.session

    loader = botocore.loaders.create_loader()

    def give_loader(*_: Any) -> Any:
        return loader

    botocore.session.create_loader = give_loader
    import moto.core.utils

    moto.core.utils.create_loader = give_loader


def skip_offerings() -> None:
    """Which instance types each region of the world offers stands in 90 files, and nobody asks."""
    import moto.utilities.utils

    load_resource = moto.utilities.utils.load_resource

    def load_what_is_asked(resource: str) -> Any:
        return [] if "/instance_type_offerings/" in resource else load_resource(resource)

    moto.utilities.utils.load_resource = load_what_is_asked
