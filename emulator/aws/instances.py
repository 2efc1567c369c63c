"""Instances of EC2, and the addresses by which they are reached."""

from typing import Any

from ..account import backend


def find_instances() -> list[Any]:
    reservations = backend("ec2").reservations.values()
    return [instance for reservation in reservations for instance in reservation.instances]


def find_elastic_ips(instance_id: str) -> list[Any]:
    """The elastic addresses that are associated with an instance."""
    addresses = backend("ec2").addresses
    return [each for each in addresses if getattr(each.instance, "id", None) == instance_id]


def has_elastic_ip(instance_id: str) -> bool:
    return bool(find_elastic_ips(instance_id))


def find_by_ip(ip: str) -> Any:
    """The instance at a public or an elastic address, or None."""
    for instance in find_instances():
        elastic = [each.public_ip for each in find_elastic_ips(instance.id)]
        if ip in (instance.public_ip, *elastic[:1]):
            return instance
    return None


def find_by_private_ip(ip: str) -> Any:
    """The instance at an address of the VPC, or None."""
    return next((instance for instance in find_instances() if instance.private_ip == ip), None)


def is_running(instance: Any) -> bool:
    return bool(instance._state.name == "running")
