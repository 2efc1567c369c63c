"""The VPC: subnets in two zones, a way out, and the EC2 host with an elastic address."""

from typing import Any

from ..account import REGION
from ..facts import Facts
from .clients import Clients
from .stack import SERVICES

VPC_CIDR = "10.0.0.0/16"
#: what whoever is behind it shows outside (RFC 5737); moto's own addresses are those of loopback
NAT_ADDRESS = "198.51.100.7"
USERS_PORT, SSH_PORT = 443, 22
BASTION = "10.0.1.5/32"
#: name → zone
SUBNETS = {
    "public-a": "a",
    "public-c": "c",
    "private-a": "a",
    "private-c": "c",
}


def build_network(clients: Clients, facts: Facts) -> None:
    ec2 = clients.get("ec2")
    vpc = ec2.create_vpc(CidrBlock=VPC_CIDR)["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    add_name(
        ec2,
        vpc,
        "main-vpc",
    )
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnets = {
        name: create_subnet(
            ec2,
            vpc,
            index,
            name,
        )
        for index, name in enumerate(SUBNETS)
    }
    facts.add(vpcId=vpc, subnets=subnets)
    create_routes(
        ec2,
        facts,
        "public",
        {"GatewayId": gateway},
    )
    create_routes(
        ec2,
        facts,
        "private",
        {"NatGatewayId": create_nat_gateway(ec2, subnets["public-a"])},
    )


def create_subnet(
    ec2: Any,
    vpc: str,
    index: int,
    name: str,
) -> str:
    subnet: str = ec2.create_subnet(
        VpcId=vpc,
        CidrBlock=f"10.0.{index}.0/24",
        AvailabilityZone=REGION + SUBNETS[name],
    )["Subnet"]["SubnetId"]
    add_name(
        ec2,
        subnet,
        name,
    )
    return subnet


def create_nat_gateway(ec2: Any, subnet: str) -> str:
    address = ec2.allocate_address(Domain="vpc", Address=NAT_ADDRESS)["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    return str(gateway["NatGatewayId"])


def create_routes(
    ec2: Any,
    facts: Facts,
    kind: str,
    way_out: dict[str, str],
) -> None:
    """A route table for the public or the private subnets."""
    table = ec2.create_route_table(VpcId=facts["vpcId"])["RouteTable"]["RouteTableId"]
    add_name(
        ec2,
        table,
        kind,
    )
    ec2.create_route(
        RouteTableId=table,
        DestinationCidrBlock="0.0.0.0/0",
        **way_out,
    )
    for zone in "ac":
        ec2.associate_route_table(RouteTableId=table, SubnetId=facts["subnets"][f"{kind}-{zone}"])


def build_instance(clients: Clients, facts: Facts) -> str:
    """Starts the host; returns its id."""
    ec2 = clients.get("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    reservation = ec2.run_instances(
        ImageId=image,
        InstanceType="m6i.xlarge",
        MinCount=1,
        MaxCount=1,
        SubnetId=facts["subnets"]["public-a"],
        SecurityGroupIds=[create_host_group(ec2, facts["vpcId"])],
    )
    instance = str(reservation["Instances"][0]["InstanceId"])
    add_name(
        ec2,
        instance,
        "lgtm-ec2",
    )
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)
    facts.add(instanceIds=[instance], eip=address["PublicIp"])
    return instance


def create_host_group(ec2: Any, vpc: str) -> str:
    """Users from everywhere, senders from the VPC, and the team's bastion by SSH."""
    group = str(
        ec2.create_security_group(
            GroupName="lgtm-ec2",
            Description="LGTM host",
            VpcId=vpc,
        )["GroupId"]
    )
    ports = sorted({port for _, published in SERVICES.values() for port in published} - {USERS_PORT})
    permissions = [
        make_permission(USERS_PORT, "0.0.0.0/0"),
        *(make_permission(port, VPC_CIDR) for port in ports),
        make_permission(SSH_PORT, BASTION),
    ]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permissions)
    return group


def make_permission(port: int, network: str) -> dict[str, Any]:
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": network}],
    }


def add_name(ec2: Any, resource: str, name: str) -> None:
    ec2.create_tags(Resources=[resource], Tags=[{"Key": "Name", "Value": name}])
