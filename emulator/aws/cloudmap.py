"""Cloud Map: instances of healthy tasks, and namespaces whose creation takes its time."""

import time
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.servicediscovery import models

from ..account import REGION, backend
from ..part import Part, override
from ..settings import Settings
from .route53.zones import find_double


class CloudMap(Part):
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.reset()

    def reset(self) -> None:
        #: operation id → when it was first asked for
        self.operations: dict[str, float] = {}
        #: operations that will fail
        self.refused: set[str] = set()

    def install(self) -> None:
        override(
            models.ServiceDiscoveryBackend,
            "get_operation",
            self.get_operation,
        )
        override(
            models.ServiceDiscoveryBackend,
            "create_private_dns_namespace",
            self.create_private_dns_namespace,
        )
        override(
            models.ServiceDiscoveryBackend,
            "delete_namespace",
            delete_namespace,
        )

    def get_operation(
        self,
        original: Any,
        moto: Any,
        operation_id: str,
    ) -> Any:
        operation = original(moto, operation_id)
        began = self.operations.setdefault(operation_id, time.time())
        is_over = time.time() - began > self.settings["namespace_s"]
        outcome = "FAIL" if operation_id in self.refused else "SUCCESS"
        operation.status = outcome if is_over else "PENDING"
        return operation

    def create_private_dns_namespace(
        self,
        original: Any,
        moto: Any,
        *,
        name: str,
        vpc: str,
        **rest: Any,
    ) -> Any:
        """moto leaves the namespace's hosted zone without its VPC, and does not call it as the namespace."""
        is_taken = find_double(name, vpc) is not None
        operation = original(moto, name=name, vpc=vpc, **rest)
        namespace = next(each for each in moto.namespaces.values() if each.name == name)
        zone_id = namespace.dns_properties["HostedZoneId"].split("/")[-1]
        zone = backend("route53").zones[zone_id]
        if is_taken:
            # the VPC has a private zone of this name: it is found out when Cloud Map makes its own
            self.refused.add(operation)
            del (
                backend("route53").zones[zone_id],
                moto.namespaces[namespace.id],
            )
            return operation
        zone.add_vpc(vpc, REGION)
        for named in (zone, *zone.rrsets):
            named.name = f"{name}."
        return operation


def delete_namespace(
    original: Any,
    moto: Any,
    namespace_id: str,
) -> Any:
    """moto leaves the namespace's hosted zone, and takes no notice of its services."""
    if any(each.namespace_id == namespace_id for each in moto.services.values()):
        raise JsonRESTError("ResourceInUse", "Namespace has associated services.")
    namespace = moto.namespaces.get(namespace_id)
    operation = original(moto, namespace_id)
    zone_id = ((namespace and namespace.dns_properties) or {}).get("HostedZoneId", "")
    backend("route53").zones.pop(zone_id.split("/")[-1], None)
    return operation


def find_service(arn: str) -> Any:
    return backend("servicediscovery").services.get(arn.rsplit("/", maxsplit=1)[-1])


def register(
    arn: str,
    task_id: str,
    ip: str,
) -> None:
    """A task that runs: unhealthy at first where the service has a custom check, else answered with at once. AWS, API
    reference of HealthCheckCustomConfig and of RegisterInstance.
    """
    if service := find_service(arn):
        status = "UNHEALTHY" if service.health_check_custom_config else "HEALTHY"
        attributes = {
            "AWS_INSTANCE_IPV4": ip,
            "AWS_INIT_HEALTH_STATUS": status,
        }
        backend("servicediscovery").register_instance(service.id, task_id, None, attributes)


def set_healthy(arn: str, task_id: str) -> None:
    service = find_service(arn)
    for instance in service.instances if service else []:
        if instance.instance_id == task_id:
            instance.attributes["AWS_INIT_HEALTH_STATUS"] = "HEALTHY"


def deregister(arn: str, task_id: str) -> None:
    if service := find_service(arn):
        service.instances[:] = [each for each in service.instances if each.instance_id != task_id]
