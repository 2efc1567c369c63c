"""The account that is simulated, the lock around it, and where it is served."""

import threading
from dataclasses import dataclass
from typing import Any

import moto.backends

ACCOUNT = "123456789012"
REGION = "ap-northeast-2"
#: moto's backends of these services belong to a partition, not to a region
GLOBAL_SERVICES = {"route53", "iam", "s3"}
#: held by whoever reads or changes the account: one call, one tick or one question at a time
LOCK = threading.RLock()


@dataclass
class Endpoints:
    """Where this process serves. They stay the same in all of its worlds."""

    #: URL of AWS's APIs and of /_emulator
    aws: str = ""
    #: host and port of ECR's registry, empty where none runs
    registry: str = ""
    #: host and port of public DNS, by UDP
    dns: str = ""


def backend(name: str) -> Any:
    """moto's backend of a service, in the current world."""
    regions = moto.backends.get_backend(name)[ACCOUNT]
    return regions["aws" if name in GLOBAL_SERVICES else REGION]
