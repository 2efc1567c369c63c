"""The world as one document without ids and times, in which two runs compare."""

from collections.abc import Iterator
from typing import Any

from ..account import ACCOUNT, backend
from ..aws.instances import find_instances, has_elastic_ip
from ..aws.route53.records import Record, read_zone
from ..host.hosts import Hosts
from ..part import Part, Routes

RECORD_TYPES = ("A", "AAAA", "CNAME")
#: of a host's state: when and at which address
NOT_COMPARED = ("flushed", "flushes")


class Dump(Part):
    def __init__(self, hosts: Hosts) -> None:
        self.hosts = hosts

    def make(self, *_: object) -> dict[str, Any]:
        groups = list_security_groups()
        return {
            "repositories": sorted(backend("ecr").repositories),
            "roles": {role.name: dump_role(role) for role in backend("iam").roles.values()},
            "securityGroups": sorted(group.name for group in groups),
            "ingress": {group.name: len(group.ingress_rules) for group in groups},
            "secrets": sorted(secret.name for secret in backend("secretsmanager").secrets.values()),
            "logGroups": {group.name: group.retention_in_days for group in backend("logs").groups.values()},
            **dump_ecs(),
            **dump_discovery(),
            **dump_load_balancers(),
            "records": dict(list_records()),
            "instances": [self.dump_instance(instance) for instance in find_instances()],
            "images": {image.name: image.state for image in list_own_images()},
        }

    def dump_instance(self, instance: Any) -> dict[str, Any]:
        state = self.hosts.load(instance.id)
        return {
            "state": instance._state.name,
            "elasticIp": has_elastic_ip(instance.id),
            "host": {key: value for key, value in state.items() if key not in NOT_COMPARED},
        }

    def routes(self) -> Routes:
        return {("GET", "/_emulator/dump"): self.make}


def dump_role(role: Any) -> dict[str, list[str]]:
    attached = role.managed_policies.values()
    return {
        "inline": sorted(role.policies),
        "attached": sorted(getattr(policy, "name", str(policy)) for policy in attached),
    }


def list_security_groups() -> list[Any]:
    """All but those that a VPC has of itself."""
    of_vpcs = backend("ec2").groups.values()
    return [group for of_vpc in of_vpcs for group in of_vpc.values() if group.name != "default"]


def dump_ecs() -> dict[str, Any]:
    ecs = backend("ecs")
    return {
        "clusters": {cluster.name: cluster.status for cluster in ecs.clusters.values()},
        "services": {service.name: dump_service(service) for service in ecs.services.values()},
    }


def dump_service(service: Any) -> dict[str, Any]:
    return {
        "status": service.status,
        "desired": service.desired_count,
        "running": service.running_count,
        "taskDefinition": service.task_definition.split("/")[-1],
    }


def dump_discovery() -> dict[str, Any]:
    discovery = backend("servicediscovery")
    return {
        "namespaces": sorted(namespace.name for namespace in discovery.namespaces.values()),
        "discovery": {service.name: len(service.instances) for service in discovery.services.values()},
    }


def dump_load_balancers() -> dict[str, Any]:
    elb = backend("elbv2")
    return {
        "loadBalancers": sorted(balancer.name for balancer in elb.load_balancers.values()),
        "targetGroups": sorted(group.name for group in elb.target_groups.values()),
        "rules": sorted(list_rule_hosts()),
    }


def list_rule_hosts() -> Iterator[str]:
    """The hosts of each rule of each listener."""
    for balancer in backend("elbv2").load_balancers.values():
        for listener in balancer.listeners.values():
            for rule in listener.rules.values():
                for condition in rule.conditions:
                    if condition["Field"] == "host-header":
                        configured = condition.get("HostHeaderConfig", {}).get("Values")
                        yield str(condition.get("Values") or configured)


def list_records() -> Iterator[tuple[str, Record]]:
    """`name type identifier` and what the record says, in zones on the internet."""
    for zone in backend("route53").zones.values():
        if zone.private_zone:
            continue
        for (name, kind, identifier), record in sorted(read_zone(zone).items(), key=str):
            if kind in RECORD_TYPES:
                yield f"{name} {kind} {identifier or ''}".strip(), record


def list_own_images() -> list[Any]:
    images = backend("ec2").amis.values()
    own = [image for image in images if image.owner_id == ACCOUNT]
    return [image for image in own if image.name and image.name.startswith("lgtm-")]
