"""The world as one document with names for ids and without times, in which two runs compare."""

import hashlib
import pathlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ..account import ACCOUNT, backend
from ..aws.instances import find_instances, has_elastic_ip
from ..aws.route53.records import make_key_of_stored, read_stored
from ..host.hosts import Hosts
from ..part import Part, Routes
from .describe import Described, describe, describe_all, make_plain, read_tags
from .dump_ecs import dump_ecs
from .dump_elb import dump_load_balancers
from .names import name_ids

#: types of records that a zone has of itself
OF_ZONE = ("NS", "SOA")
#: what only a few records have, by moto's names
RARE = (
    "region",
    "failover",
    "geo_location",
    "multi_value_answer",
    "health_check_id",
)
#: of a secret
VALUES = (
    "secret_string",
    "secret_binary",
    "versions",
    "version_stages",
    "default_version_id",
)
#: of a host's state: when and at which address
NOT_COMPARED = ("flushed", "flushes")


class Dump(Part):
    def __init__(self, hosts: Hosts) -> None:
        self.hosts = hosts

    def make(self, *_: object) -> Any:
        document = {
            "repositories": dump_repositories(),
            "roles": dump_roles(),
            "securityGroups": {group.name: dump_group(group) for group in list_groups()},
            "secrets": dump_secrets(),
            "logGroups": dump_log_groups(),
            **dump_ecs(),
            **dump_discovery(),
            **dump_load_balancers(),
            "zones": describe_all(backend("route53").zones.values()),
            "records": dict(list_records()),
            "instances": [self.dump_instance(instance) for instance in find_instances()],
            **dump_images(),
            "buckets": dump_buckets(),
            "files": list_files(self.hosts.file_systems),
        }
        return name_ids(document, str(self.hosts.root))

    def dump_instance(self, instance: Any) -> Described:
        return {
            **describe(instance, "_private_ips", "_reason"),
            "state": instance._state.name,
            "elasticIp": has_elastic_ip(instance.id),
            "security_groups": [group.id for group in instance.security_groups],
            "tags": tags_of(instance),
            "host": dump_host(self.hosts.load(instance.id)),
        }

    def routes(self) -> Routes:
        return {("GET", "/_emulator/dump"): self.make}


def dump_host(host: Described) -> Described:
    compared = {key: value for key, value in host.items() if key not in NOT_COMPARED}
    forget_runs(compared)
    configurations = host.get("configs", {})
    return {
        **compared,
        "configs": {name: make_digest(text) for name, text in configurations.items()},
        # a unit is known by its process, a file system by its address
        "units": sorted(host.get("units", {})),
        "efs": list(host.get("efs", {}).values()),
    }


def forget_runs(host: Described) -> None:
    """Docker's memory of which containers ran before a stop."""
    for project in host["projects"].values():
        for container in project["services"].values():
            container.pop("ran", None)


def make_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def tags_of(thing: Any) -> dict[str, str]:
    """Of a thing of EC2."""
    return read_tags(backend("ec2").tags.get(thing.id))


def dump_repositories() -> dict[str, Described]:
    ecr = backend("ecr")
    found = {}
    for name, repository in ecr.repositories.items():
        found[name] = {
            **describe(repository, "scanning_config"),
            "tags": ecr.tagger.get_tag_dict_for_resource(repository.arn),
            "images": [(image.image_digest, image.image_tags) for image in repository.images],
        }
    return found


def dump_roles() -> dict[str, Described]:
    roles = backend("iam").roles.values()
    return {role.name: dump_role(role) for role in roles}


def dump_role(role: Any) -> Described:
    attached = role.managed_policies.values()
    return {
        **describe(role, "managed_policies"),
        "attached": sorted(getattr(policy, "name", str(policy)) for policy in attached),
    }


def list_groups() -> list[Any]:
    """Security groups, all but those that a VPC has of itself."""
    of_vpcs = backend("ec2").groups.values()
    return [group for of_vpc in of_vpcs for group in of_vpc.values() if group.name != "default"]


def dump_group(group: Any) -> Described:
    return {
        **dump_tagged(group, "group_id", "filters"),
        "ingress": dump_rules(group.ingress_rules),
        "egress": dump_rules(group.egress_rules),
    }


def dump_rules(rules: Iterable[Any]) -> list[Described]:
    return [dump_tagged(rule, "group_id", "filters") for rule in rules]


def dump_tagged(thing: Any, *left_out: str) -> Described:
    """A thing of EC2."""
    return {
        **describe(thing, *left_out),
        "tags": tags_of(thing),
    }


def dump_secrets() -> dict[str, Described]:
    secrets = backend("secretsmanager").secrets.values()
    return {secret.name: dump_secret(secret) for secret in secrets}


def dump_secret(secret: Any) -> Described:
    """Never its value: only how often it was set."""
    return {
        **describe(secret, *VALUES),
        "tags": read_tags(secret.tags),
        "versions": len(secret.versions),
        "isDeleted": secret.deleted_date is not None,
    }


def dump_log_groups() -> dict[str, Described]:
    logs = backend("logs")
    found = {}
    for group in logs.groups.values():
        found[group.name] = {
            **describe(group, "streams"),
            "tags": logs.tagger.get_tag_dict_for_resource(group.arn),
        }
    return found


def dump_discovery() -> Described:
    discovery = backend("servicediscovery")

    def dump(thing: Any) -> Described:
        return {
            **describe(thing, "instances_revision"),
            "tags": discovery.tagger.get_tag_dict_for_resource(thing.arn),
            "instances": len(getattr(thing, "instances", [])),
        }

    return {
        "namespaces": {each.name: dump(each) for each in discovery.namespaces.values()},
        "discovery": {each.name: dump(each) for each in discovery.services.values()},
    }


def list_records() -> Iterator[tuple[str, Described]]:
    """`name type identifier` and what the record says; of a private zone also in which."""
    for zone in backend("route53").zones.values():
        place = f"in {zone.resource_id}" if zone.private_zone else ""
        for stored in zone.rrsets:
            name, kind, identifier = make_key_of_stored(stored)
            if kind not in OF_ZONE:
                yield " ".join(filter(None, (name, kind, identifier, place))), dump_record(stored)


def dump_record(stored: Any) -> Described:
    return {
        **read_stored(stored),
        **{field: make_plain(value) for field in RARE if (value := getattr(stored, field))},
    }


def dump_images() -> Described:
    """The account's images, and snapshots also where their image is gone."""
    ec2 = backend("ec2")
    own = [image for image in ec2.amis.values() if image.owner_id == ACCOUNT]
    others = {image.id for image in ec2.amis.values() if image not in own}
    snapshots = [each for each in ec2.snapshots.values() if each.from_ami not in others]
    return {
        "images": {image.name: dump_tagged(image) for image in own},
        "snapshots": [dump_tagged(each) for each in snapshots],
    }


def dump_buckets() -> dict[str, Described]:
    buckets = backend("s3").buckets.values()
    return {bucket.name: dump_bucket(bucket) for bucket in buckets}


def dump_bucket(bucket: Any) -> Described:
    """Objects are counted by the first part of their keys: a flush names them by its time."""
    return {
        **describe(bucket),
        "objects": Counter(key.split("/")[0] for key in bucket.keys),
    }


def list_files(folder: pathlib.Path) -> list[str]:
    """Everything on file systems."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
