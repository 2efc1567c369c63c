"""boto3's clients of this emulator.

They outlast worlds: making one costs as much as dozens of calls.
"""

import functools
from typing import Any

import boto3

from ..account import REGION, Endpoints


class Clients:
    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints

    @functools.cache  # noqa: B019  # one Clients in a process
    def get(self, service: str) -> Any:
        return boto3.client(service, region_name=REGION, endpoint_url=self.endpoints.aws)
