"""EC2: instances and images that take their time, unique names, addresses that change."""

import ipaddress
import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from moto.core.exceptions import ServiceException
from moto.ec2.models.amis import AmiBackend
from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend
from moto.ec2.models.instances import Instance, StateReason
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.utils import random_ip

from ..account import ACCOUNT, backend
from ..host.hosts import Hosts
from ..part import Body, Part, Query, Routes, override
from ..settings import Settings
from .instances import (
    find_by_ip,
    find_elastic_ips,
    find_instances,
    has_elastic_ip,
    is_running,
)

#: names of an instance's states and their codes; AWS, API reference of InstanceState
CODES = {
    "pending": 0,
    "running": 16,
    "shutting-down": 32,
    "terminated": 48,
    "stopping": 64,
    "stopped": 80,
}


#: what moto writes of a task's interface
OF_A_TASK = "moto ECS"
#: of a subnet, the first that a task gets, and how many are left to hosts and balancers
FIRST, LEFT_OUT = 32, 96


class DuplicateImage(ServiceException):
    code = "InvalidAMIName.Duplicate"


class IncorrectInstanceState(ServiceException):
    code = "IncorrectInstanceState"


class DependencyViolation(ServiceException):
    code = "DependencyViolation"


class Change(NamedTuple):
    """The state that an instance will have, and when."""

    state: str
    at: float


@dataclass
class Pending:
    #: instance id → its change
    instances: dict[str, Change] = field(default_factory=dict)
    #: image id → when it is complete
    images: dict[str, float] = field(default_factory=dict)


class Ec2(Part):
    def __init__(self, settings: Settings, hosts: Hosts) -> None:
        self.settings = settings
        self.hosts = hosts
        self.reset()

    def reset(self) -> None:
        self.pending = Pending()
        #: starts, images or snapshots → why each from now on fails, `<code>: <message>`
        self.broken: dict[str, str | None] = {}
        #: how many interfaces of tasks there were
        self.placed = 0

    def install(self) -> None:
        override(Instance, "start", self.start)
        override(Instance, "stop", self.stop)
        override(Instance, "terminate", self.terminate)
        override(AmiBackend, "create_image", self.create_image)
        override(SecurityGroupBackend, "delete_security_group", delete_security_group)
        override(NetworkInterfaceBackend, "create_network_interface", self.place_interface)

    def place_interface(
        self,
        original: Any,
        moto: Any,
        subnet: Any,
        private_ip_address: Any,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """A task's address is one of its subnet's, and nobody else's for long after; moto takes any."""
        if kwargs.get("description") == OF_A_TASK:
            network = ipaddress.ip_network(moto.get_subnet(subnet).cidr_block)
            private_ip_address = str(network[FIRST + self.placed % (network.num_addresses - LEFT_OUT)])
            self.placed += 1
        return original(
            moto,
            subnet,
            private_ip_address,
            *args,
            **kwargs,
        )

    def is_host_serving(self, ip: str) -> bool:
        """Whether the instance behind an address runs and its compose stack is up."""
        instance = find_by_ip(ip)
        return bool(instance) and is_running(instance) and self.hosts.is_serving(instance.id)

    def start(self, original: Any, instance: Any) -> Any:
        if instance._state.name == "stopped":
            previous = original(instance)
            self.turn(instance, "pending", "running", self.settings["instance_start_s"])
            return previous
        if instance._state.name in ("shutting-down", "terminated"):
            # moto would have it run again
            raise IncorrectInstanceState(
                f"The instance '{instance.id}' is not in a state from which it can be started.",
            )
        is_changing = instance.id in self.pending.instances
        return instance._state if is_changing else original(instance)

    def stop(self, original: Any, instance: Any) -> Any:
        if not is_running(instance):
            return instance._state
        previous = original(instance)
        self.turn(instance, "stopping", "stopped", self.settings["instance_stop_s"])
        self.hosts.stop(instance.id)
        return previous

    def terminate(self, original: Any, instance: Any) -> Any:
        previous = original(instance)
        self.turn(instance, "shutting-down", "terminated", self.settings["instance_stop_s"])
        return previous

    def turn(self, instance: Any, now: str, then: str, seconds: float) -> None:
        set_state(instance, now)
        self.pending.instances[instance.id] = Change(then, time.time() + seconds)

    def create_image(
        self,
        original: Any,
        moto: Any,
        instance_id: str,
        name: str,
        description: str,
        tag_specifications: list[dict[str, Any]],
    ) -> Any:
        """moto takes names twice, gives snapshots no tags, and has every image at once."""
        if any(image.name == name and image.owner_id == ACCOUNT for image in moto.amis.values()):
            raise DuplicateImage(f"AMI name {name} is already in use by another AMI. Choose a unique name")
        of_snapshots = [each for each in tag_specifications if each["ResourceType"] == "snapshot"]
        others = [each for each in tag_specifications if each["ResourceType"] != "snapshot"]
        image = original(moto, instance_id, name, description, others)
        image.state = image.ebs_snapshot.status = "pending"
        self.pending.images[image.id] = time.time() + self.settings["ami_s"]
        for each in of_snapshots:
            image.ebs_snapshot.add_tags({tag["Key"]: tag["Value"] for tag in each["Tags"]})
        if is_running(moto.get_instance(instance_id)):
            self.hosts.reboot(instance_id)
        return image

    def tick(self, now: float) -> None:
        for instance in find_instances():
            change = self.pending.instances.get(instance.id)
            if change and now >= change.at:
                del self.pending.instances[instance.id]
                self.settle(instance, change.state)
        complete = [image_id for image_id, at in self.pending.images.items() if now >= at]
        for image_id in complete:
            del self.pending.images[image_id]
            if image := backend("ec2").amis.get(image_id):
                self.complete(image)

    def complete(self, image: Any) -> None:
        image.state = "available"
        image.ebs_snapshot.status = "completed"
        if reason := self.broken.get("images"):
            image.state = "failed"
            image.state_reason = make_reason(reason)
        if reason := self.broken.get("snapshots"):
            image.ebs_snapshot.status = "error"
            image.ebs_snapshot.state_message = reason

    def break_change(self, _: Query, body: Body) -> dict[str, str | None]:
        self.broken.update(body)
        return self.broken

    def routes(self) -> Routes:
        return {("POST", "/_emulator/ec2/break"): self.break_change}

    def settle(self, instance: Any, state: str) -> None:
        set_state(instance, state)
        if state == "running" and (reason := self.broken.get("starts")):
            # AWS takes the start, and the instance falls back
            set_state(instance, "stopped")
            instance.state_reason = make_reason(reason)
        elif state == "running":
            if not has_elastic_ip(instance.id):
                instance.nics[0].public_ip = random_ip()
            self.hosts.start(instance.id)
        if state == "terminated":
            for address in find_elastic_ips(instance.id):
                address.instance = None


def set_state(instance: Any, name: str) -> None:
    instance._state.name = name
    instance._state.code = CODES[name]


def make_reason(text: str) -> StateReason:
    """AWS repeats the code at the beginning of the message."""
    return StateReason(text, text.split(":", maxsplit=1)[0])


def delete_security_group(
    original: Any,
    moto: Any,
    name: str | None = None,
    group_id: str | None = None,
) -> Any:
    users = find_users_of_group(moto, group_id)
    if users:
        raise DependencyViolation(f"resource {group_id} has a dependent object: {users[0]}")
    return original(moto, name, group_id)


def find_users_of_group(moto: Any, group_id: str | None) -> list[str]:
    """Interfaces, load balancers and rules of other groups that name a security group."""
    users = []
    for interface in moto.enis.values():
        if any(group.id == group_id for group in interface._group_set):
            users.append(interface.id)
    for balancer in backend("elbv2").load_balancers.values():
        if group_id in (balancer.security_groups or []):
            users.append(balancer.name)
    for of_vpc in moto.groups.values():
        for group in of_vpc.values():
            if group.id != group_id and lets_in(group, group_id):
                users.append(group.id)
    return users


def lets_in(group: Any, source_id: str | None) -> bool:
    return any(rule.source_group.get("GroupId") == source_id for rule in group.ingress_rules)
