"""Cloud Map: instances of healthy tasks, and namespaces whose creation is an operation to poll."""

import time

from moto.servicediscovery import models

from . import state

BORN: dict[str, float] = {}


def service_of(arn):
    return state.backend("servicediscovery").services.get(arn.split("/")[-1])


def register(arn, task_id, ip):
    service = service_of(arn)
    if service:
        state.backend("servicediscovery").register_instance(service.id, task_id, None, {"AWS_INSTANCE_IPV4": ip, "AWS_INIT_HEALTH_STATUS": "HEALTHY"})


def deregister(arn, task_id):
    service = service_of(arn)
    if service:
        service.instances[:] = [i for i in service.instances if i.instance_id != task_id]


def install():
    original = models.ServiceDiscoveryBackend.get_operation

    def get_operation(self, operation_id):
        operation = original(self, operation_id)
        began = BORN.setdefault(operation_id, time.time())
        operation.status = "SUCCESS" if time.time() - began > state.settings["namespace_s"] else "PENDING"
        return operation

    models.ServiceDiscoveryBackend.get_operation = get_operation
    create = models.ServiceDiscoveryBackend.create_private_dns_namespace

    def create_private_dns_namespace(self, name, creator_request_id, description, vpc, *args, **kwargs):
        """moto leaves the namespace's hosted zone without its VPC."""
        operation = create(self, name, creator_request_id, description, vpc, *args, **kwargs)
        namespace = next(n for n in self.namespaces.values() if n.name == name)
        state.backend("route53").zones[namespace.dns_properties["HostedZoneId"].split("/")[-1]].add_vpc(vpc, state.REGION)
        return operation

    models.ServiceDiscoveryBackend.create_private_dns_namespace = create_private_dns_namespace


def reset():
    BORN.clear()
