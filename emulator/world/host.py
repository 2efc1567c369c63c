"""What is on the EC2 host: the Compose project with its data, and Grafana's database beside it or outside."""

from typing import Any

from ..facts import Facts
from ..host.holdings import make_host_data, make_mounts
from ..host.hosts import Hosts
from ..stack.grafana import FILE, create_database
from .clients import Clients
from .network import VPC_CIDR
from .stack import COMPOSE_FOLDER, DATABASE, SECRET_KEY, SECRET_KEY_FILE, SERVICES

NFS_PORT = 2049


def build_host(clients: Clients, facts: Facts, hosts: Hosts, instance: str, world: str) -> None:
    services = {name: make_container(name) for name in SERVICES}
    grafana = services["grafana"]
    grafana["env"] = {"GF_SECURITY_SECRET_KEY__FILE": SECRET_KEY_FILE}
    grafana["files"] = {SECRET_KEY_FILE: SECRET_KEY}
    state: dict[str, Any] = {
        "projects": {COMPOSE_FOLDER: {"services": services}},
        "reboots": 0,
    }
    state.update(make_host_data(on_disk=world == "filesystem"))
    if world == "sqlite":
        add_sqlite(hosts, instance, grafana)
        state["efs"] = build_file_system(clients, facts, hosts)
    else:
        grafana["env"].update(DATABASE)
        facts.add(grafanaDatabase=DATABASE)
    hosts.save(instance, state)
    facts.add(composeDirectory=COMPOSE_FOLDER)


def make_container(name: str) -> dict[str, Any]:
    image, ports = SERVICES[name]
    return {
        "image": image,
        "ports": ports,
        "state": "running",
        "restart": "always",
        "mounts": make_mounts(name),
    }


def add_sqlite(hosts: Hosts, instance: str, grafana: dict[str, Any]) -> None:
    folder = hosts.folder_of(instance) / "grafana"
    create_database(
        folder / FILE,
        dashboards=["Mimir", "Loki", "Orders"],
        users=["admin", "kim"],
        sources=["Mimir", "Loki"],
        rules=["disk full"],
    )
    grafana["data"] = str(folder)
    mount = {
        "Type": "bind",
        "Source": str(folder),
        "Destination": "/var/lib/grafana",
        "RW": True,
    }
    grafana["mounts"].append(mount)


def build_file_system(clients: Clients, facts: Facts, hosts: Hosts) -> dict[str, str]:
    """EFS with a mount target in both zones, open to the VPC; returns address → the
    folder that stands for it.
    """
    ec2, efs = clients.get("ec2"), clients.get("efs")
    file_system = efs.create_file_system(CreationToken="grafana", Encrypted=True)["FileSystemId"]
    group = create_nfs_group(ec2, facts["vpcId"])
    folder = hosts.file_systems / file_system
    folder.mkdir(parents=True)
    facts.add(fileSystem=file_system)
    addresses = {}
    for name in ("private-a", "private-c"):
        subnet = facts["subnets"][name]
        target = efs.create_mount_target(FileSystemId=file_system, SubnetId=subnet, SecurityGroups=[group])
        # as AWS describes it; moto leaves it empty
        description = f"EFS mount target for {file_system} ({target['MountTargetId']})"
        interface = target["NetworkInterfaceId"]
        ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Description={"Value": description})
        addresses[target["IpAddress"]] = str(folder)
    return addresses


def create_nfs_group(ec2: Any, vpc: str) -> str:
    group = ec2.create_security_group(GroupName="efs-grafana", Description="NFS", VpcId=vpc)["GroupId"]
    permission = {
        "IpProtocol": "tcp",
        "FromPort": NFS_PORT,
        "ToPort": NFS_PORT,
        "IpRanges": [{"CidrIp": VPC_CIDR}],
    }
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    return str(group)
