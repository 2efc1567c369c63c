"""EC2: instances and images that take their time, unique image names, addresses that change, dependencies."""

import time

from moto.core.exceptions import ServiceException
from moto.ec2.models.amis import AmiBackend
from moto.ec2.models.instances import Instance
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.utils import random_ip

from . import ssm
from . import state

#: instance id → (state it will have, code, when)
TURNING: dict[str, tuple[str, int, float]] = {}
#: image id → when it is complete
IMAGING: dict[str, float] = {}


class DuplicateImage(ServiceException):
    code = "InvalidAMIName.Duplicate"


class DependencyViolation(ServiceException):
    code = "DependencyViolation"


def instances():
    return [instance for reservation in state.backend("ec2").reservations.values() for instance in reservation.instances]


def elastic_ip(instance_id):
    return next((e.public_ip for e in state.backend("ec2").addresses if getattr(e.instance, "id", None) == instance_id), None)


def by_ip(ip):
    return next((i for i in instances() if ip in (i.public_ip, elastic_ip(i.id))), None)


def host_serving(ip):
    """Whether the instance behind an address runs and its compose stack is up."""
    instance = by_ip(ip)
    return bool(instance) and instance._state.name == "running" and ssm.serving(instance.id)


def turn(instance, now_state, now_code, then, code, seconds):
    instance._state.name, instance._state.code = now_state, now_code
    TURNING[instance.id] = (then, code, time.time() + seconds)


def install():
    start, stop, terminate, create = Instance.start, Instance.stop, Instance.terminate, AmiBackend.create_image

    def slow_start(self):
        if self._state.name not in ("stopped",):
            return start(self) if self.id not in TURNING else self._state
        previous = start(self)
        turn(self, "pending", 0, "running", 16, state.settings["instance_start_s"])
        return previous

    def slow_stop(self):
        if self._state.name != "running":
            return self._state
        previous = stop(self)
        turn(self, "stopping", 64, "stopped", 80, state.settings["instance_stop_s"])
        ssm.host_stopped(self.id)
        return previous

    def slow_terminate(self):
        previous = terminate(self)
        turn(self, "shutting-down", 32, "terminated", 48, state.settings["instance_stop_s"])
        return previous

    def create_image(self, instance_id, name, description, tag_specifications):
        if any(image.name == name and image.owner_id == state.ACCOUNT for image in self.amis.values()):
            raise DuplicateImage(f"AMI name {name} is already in use by another AMI. Choose a unique name")
        snapshots = [spec for spec in tag_specifications if spec["ResourceType"] == "snapshot"]
        image = create(self, instance_id, name, description, [spec for spec in tag_specifications if spec["ResourceType"] != "snapshot"])
        image.state = "pending"
        IMAGING[image.id] = time.time() + state.settings["ami_s"]
        image.ebs_snapshot.status = "pending"
        for spec in snapshots:
            image.ebs_snapshot.add_tags({tag["Key"]: tag["Value"] for tag in spec["Tags"]})
        if self.get_instance(instance_id)._state.name == "running":
            ssm.rebooted(instance_id)
        return image

    delete_group = SecurityGroupBackend.delete_security_group

    def delete_security_group(self, name=None, group_id=None):
        used = [eni.id for eni in self.enis.values() if group_id in [group.id for group in eni._group_set]]
        used += [b.name for b in state.backend("elbv2").load_balancers.values() if group_id in (b.security_groups or [])]
        used += [g.id for groups in self.groups.values() for g in groups.values() if g.id != group_id
                 and any(rule.source_group.get("GroupId") == group_id for rule in g.ingress_rules)]
        if used:
            raise DependencyViolation(f"resource {group_id} has a dependent object: {used[0]}")
        return delete_group(self, name, group_id)

    SecurityGroupBackend.delete_security_group = delete_security_group
    Instance.start, Instance.stop, Instance.terminate, AmiBackend.create_image = slow_start, slow_stop, slow_terminate, create_image


def tick(now):
    for instance in instances():
        if instance.id in TURNING and now >= TURNING[instance.id][2]:
            name, code, _ = TURNING.pop(instance.id)
            instance._state.name, instance._state.code = name, code
            if name == "running":
                if not elastic_ip(instance.id):
                    instance.nics[0].public_ip = random_ip()
                ssm.host_started(instance.id)
            if name == "terminated":
                for eip in state.backend("ec2").addresses:
                    if getattr(eip.instance, "id", None) == instance.id:
                        eip.instance = None
    images = state.backend("ec2").amis
    for image_id, done in list(IMAGING.items()):
        if now >= done:
            IMAGING.pop(image_id)
            if image_id in images:
                images[image_id].state = "available"
                images[image_id].ebs_snapshot.status = "completed"


def reset():
    TURNING.clear()
    IMAGING.clear()
