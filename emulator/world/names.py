"""Names in the place of ids and addresses, which are random: so that two equal worlds look equal."""

import json
import re
from collections.abc import Iterator
from typing import Any

from ..account import backend
from ..aws.instances import find_instances

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
#: ids of EC2 and EFS, of Cloud Map, of Route 53, of all others
IDS = [
    r"(?:i|ami|sg|sgr|snap|vol|subnet|vpc|fs)-[0-9a-f]{17}",
    r"ns-[0-9a-z]{20}",
    r"srv-[0-9a-z]{8}",
    r"Z[0-9A-F]{20}",
    UUID,
]
ID = re.compile(rf"\b(?:{'|'.join(IDS)})\b")
ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
#: at the end of ELB's ARNs, which have names too
ELB_SUFFIX = re.compile(r"/[0-9a-f]{16}\b")
#: lists whose order says nothing
UNORDERED = {"ingress", "egress", "snapshots"}


def find_names() -> Iterator[tuple[str, str]]:
    """(id or address, name)."""
    yield from find_network_names()
    yield from find_host_names()
    for zone in backend("route53").zones.values():
        yield zone.resource_id, f"{'private ' if zone.private_zone else ''}zone {zone.name}"
    discovery = backend("servicediscovery")
    for namespace in discovery.namespaces.values():
        yield namespace.id, f"namespace {namespace.name}"
    for service in discovery.services.values():
        yield service.id, f"service {service.name}"
    for arn, certificate in backend("acm")._certificates.items():
        yield arn.split("/")[-1], f"certificate {certificate.common_name}"


def find_network_names() -> Iterator[tuple[str, str]]:
    ec2 = backend("ec2")
    for vpc in ec2.vpcs.values():
        yield vpc.id, f"vpc {read_name(vpc.id)}"
    for of_zone in ec2.subnets.values():
        for subnet in of_zone.values():
            yield subnet.id, f"subnet {read_name(subnet.id)}"
    for of_vpc in ec2.groups.values():
        for group in of_vpc.values():
            yield group.id, f"security group {group.name}"


def find_host_names() -> Iterator[tuple[str, str]]:
    for instance in find_instances():
        name = read_name(instance.id)
        yield instance.id, f"instance {name}"
        if instance.public_ip:
            yield instance.public_ip, f"public address of {name}"
        for device, volume in instance.block_device_mapping.items():
            yield volume.volume_id, f"volume {device} of {name}"
    # an elastic one is also an instance's public one
    for number, address in enumerate(backend("ec2").addresses, 1):
        yield address.public_ip, f"elastic address {number}"
    for image in backend("ec2").amis.values():
        yield image.id, f"image {image.name}"


def read_name(resource: str) -> str:
    tags = backend("ec2").tags.get(resource, {})
    return str(tags.get("Name", "without a name"))


def name_ids(document: Any, folder: str) -> Any:
    """The document with names for what has one, and numbers for other ids; `folder` is the world's on disk."""
    names = dict(find_names())

    def find_name(found: re.Match[str]) -> str:
        name = names.get(found.group())
        return f"<{name}>" if name else found.group()

    text = json.dumps(document)
    text = text.replace(folder, "<folder>")
    for secret in backend("secretsmanager").secrets.values():
        text = text.replace(secret.arn, f"<secret {secret.name}>")
    text = ELB_SUFFIX.sub("/…", text)
    text = ID.sub(find_name, text)
    text = ADDRESS.sub(find_name, text)
    return number_ids(sort_lists(json.loads(text)))


def sort_lists(value: Any, key: str = "") -> Any:
    """Keys in their order, and lists where theirs says nothing."""
    if isinstance(value, dict):
        return {name: sort_lists(value[name], name) for name in sorted(value)}
    if isinstance(value, list):
        items = [sort_lists(each) for each in value]
        return sorted(items, key=json.dumps) if key in UNORDERED else items
    return value


def number_ids(document: Any) -> Any:
    """Of ids without a name it is seen only which are the same."""
    numbers: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"<id {numbers.setdefault(found.group(), len(numbers) + 1)}>"

    return json.loads(ID.sub(number, json.dumps(document)))
