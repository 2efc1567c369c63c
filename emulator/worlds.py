"""The accounts that a migration finds: `ready`, `adopted`, `bare`, `filesystem`, `sqlite`, built through the API like anybody's."""

import json

import boto3
import moto.backends

from . import ecr
from . import grafana
from . import holdings
from . import ssm
from . import state
from . import workload

#: what a plan is written from; GET /_emulator/world
facts: dict = {}

COMPOSE = "/opt/lgtm"
SERVICES = {"mimir": ("grafana/mimir:3.2.1", [9009]), "loki": ("grafana/loki:3.7.8", [3100]), "tempo": ("grafana/tempo:2.10.8", [3200, 4317, 4318]),
            "pyroscope": ("grafana/pyroscope:1.21.1", [4040]), "grafana": ("grafana/grafana:13.2.3", [3000]), "alloy": ("grafana/alloy:v1.19.2", [12345]), "proxy": ("nginx:1.29", [443])}
COMPONENTS = [name for name in SERVICES if name != "proxy"]
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
PORTS = {"mimir": 9009, "loki": 3100, "tempo": 3200, "grafana": 3000}
HEALTH = {"grafana": "/api/health"}


#: the database outside the host that both Grafanas use, and the key that both must have; another one is in each lab
DATABASE = {"GF_DATABASE_TYPE": "postgres", "GF_DATABASE_HOST": "grafana.cluster-c0ffee.ap-northeast-2.rds.amazonaws.com:5432", "GF_DATABASE_NAME": "grafana", "GF_DATABASE_USER": "grafana"}
SECRET_KEY = "lab-secret-key"


def client(name):
    return boto3.client(name, region_name=state.REGION, endpoint_url=facts["aws"])


def build(world, record, url):
    """Builds the world through the served API, as its owners would have."""
    ecr.STOCKING["on"] = world != "bare" and not state.registry
    if world == "empty":
        return
    facts["aws"] = url
    network(world == "filesystem")
    dns(record)
    account()
    grafana_database(world)
    holdings.stock(url, world == "filesystem")
    if world == "adopted":
        by_hand()
    workload.history()


def network(filesystem):
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    tag(ec2, vpc, "main-vpc")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnets = {}
    for index, (name, zone) in enumerate([("public-a", "a"), ("public-c", "c"), ("private-a", "a"), ("private-c", "c")]):
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=state.REGION + zone)["Subnet"]["SubnetId"]
        tag(ec2, subnet, name)
        subnets[name] = subnet
    nat_ip = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnets["public-a"], AllocationId=nat_ip)["NatGateway"]["NatGatewayId"]
    for kind, route in (("public", {"GatewayId": gateway}), ("private", {"NatGatewayId": nat})):
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        tag(ec2, table, kind)
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **route)
        for zone in "ac":
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[f"{kind}-{zone}"])
    # by a filter: moto takes a second to write down all it has
    image = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2022-ami-*"]}])["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, InstanceType="m6i.xlarge", MinCount=1, MaxCount=1, SubnetId=subnets["public-a"])["Instances"][0]["InstanceId"]
    tag(ec2, instance, "lgtm-ec2")
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)
    ssm.save(instance, {"projects": {COMPOSE: {"services": {name: {"image": image, "ports": ports, "state": "running", "restart": "always", "mounts": holdings.mounts(name)}
                                                            for name, (image, ports) in SERVICES.items()}}}, "reboots": 0, **holdings.host(filesystem)})
    facts.update(vpcId=vpc, instanceIds=[instance], eip=address["PublicIp"], composeDirectory=COMPOSE, subnets=subnets)


def grafana_database(world):
    """What the host's Grafana keeps: in a database of its own, or in SQLite beside a file system for its copy."""
    instance = facts["instanceIds"][0]
    data = ssm.load(instance)
    service = data["projects"][COMPOSE]["services"]["grafana"]
    service["env"] = {"GF_SECURITY_SECRET_KEY__FILE": "/run/secrets/grafana-secret-key", **(DATABASE if world != "sqlite" else {})}
    service["files"] = {"/run/secrets/grafana-secret-key": SECRET_KEY}
    if world == "sqlite":
        folder = ssm.folder_of(instance) / "grafana"
        grafana.create(folder / "grafana.db", ["Mimir", "Loki", "Orders"], ["admin", "kim"], ["Mimir", "Loki"], ["disk full"])
        service["data"] = str(folder)
        service.setdefault("mounts", []).append({"Type": "bind", "Source": str(folder), "Destination": "/var/lib/grafana", "RW": True})
        data["efs"] = file_system()
    else:
        facts.update(grafanaDatabase=DATABASE)
    ssm.save(instance, data)


def file_system():
    """EFS with a mount target in both zones, open to the VPC; address → the folder that stands for it."""
    ec2, efs = client("ec2"), client("efs")
    made = efs.create_file_system(CreationToken="grafana", Encrypted=True)["FileSystemId"]
    group = ec2.create_security_group(GroupName="efs-grafana", Description="NFS", VpcId=facts["vpcId"])["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}])
    folder = grafana.efs_folder(made)
    folder.mkdir(parents=True)
    facts["fileSystem"] = made
    addresses = {}
    for name in ("private-a", "private-c"):
        target = efs.create_mount_target(FileSystemId=made, SubnetId=facts["subnets"][name], SecurityGroups=[group])
        # as AWS describes it; moto leaves it empty
        ec2.modify_network_interface_attribute(NetworkInterfaceId=target["NetworkInterfaceId"], Description={"Value": f"EFS mount target for {made} ({target['MountTargetId']})"})
        addresses[target["IpAddress"]] = str(folder)
    return addresses


def tag(ec2, resource, name):
    ec2.create_tags(Resources=[resource], Tags=[{"Key": "Name", "Value": name}])


def dns(record):
    route53 = client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="world")["HostedZone"]["Id"].split("/")[-1]
    if record == "a":
        sets = [("grafana.example.com", "A", facts["eip"])]
    else:
        sets = [("ec2-instance.example.com", "A", facts["eip"]), ("grafana.example.com", "CNAME", "ec2-instance.example.com")]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [
        {"Action": "CREATE", "ResourceRecordSet": {"Name": name, "Type": kind, "TTL": 300, "ResourceRecords": [{"Value": value}]}} for name, kind, value in sets]})
    acm = client("acm")
    arn = acm.request_certificate(DomainName="*.example.com", SubjectAlternativeNames=["example.com"], ValidationMethod="DNS")["CertificateArn"]
    moto.backends.get_backend("acm")[state.ACCOUNT][state.REGION]._certificates[arn].status = "ISSUED"
    facts.update(hostedZoneId=zone, certificateArn=arn, domain="example.com", records=["grafana.example.com"])


def account():
    s3 = client("s3")
    s3.create_bucket(Bucket="sys-lgtm-s3", CreateBucketConfiguration={"LocationConstraint": state.REGION})
    s3.put_bucket_policy(Bucket="sys-lgtm-s3", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{state.ACCOUNT}:root"}, "Action": "s3:*", "Resource": ["arn:aws:s3:::sys-lgtm-s3", "arn:aws:s3:::sys-lgtm-s3/*"]}]}))
    iam = client("iam")
    iam.create_role(RoleName="ecsTaskExecutionRole", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="ecsTaskExecutionRole", PolicyArn=EXECUTION_POLICY)
    facts.update(bucket="sys-lgtm-s3")


def by_hand():
    """Phases 1 to 4 of the plan document as its shell commands make them."""
    ecr_client, iam, ec2, ecs, elbv2, discovery = (client(n) for n in ("ecr", "iam", "ec2", "ecs", "elbv2", "servicediscovery"))
    for name in COMPONENTS:
        ecr_client.create_repository(repositoryName=f"lgtm-{name}", imageScanningConfiguration={"scanOnPush": True})
    iam.create_role(RoleName="lgtmTaskRole", AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName="lgtmTaskRole", PolicyName="S3Access", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::sys-lgtm-s3", "arn:aws:s3:::sys-lgtm-s3/*"]}]}))
    group = ec2.create_security_group(GroupName="lgtm-ecs-sg", Description="Security group for LGTM ECS tasks", VpcId=facts["vpcId"])["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
    client("secretsmanager").create_secret(Name="lgtm/s3-credentials", SecretString='{"AWS_ACCESS_KEY_ID":"x","AWS_SECRET_ACCESS_KEY":"x"}')
    ecs.create_cluster(clusterName="lgtm-cluster", capacityProviders=["FARGATE", "FARGATE_SPOT"], settings=[{"name": "containerInsights", "value": "enabled"}],
                       defaultCapacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}, {"capacityProvider": "FARGATE_SPOT", "weight": 4}])
    discovery.create_private_dns_namespace(Name="lgtm.local", Vpc=facts["vpcId"])
    namespace = discovery.list_namespaces()["Namespaces"][0]["Id"]
    for name in COMPONENTS:
        discovery.create_service(Name=name, NamespaceId=namespace, DnsConfig={"NamespaceId": namespace, "RoutingPolicy": "MULTIVALUE", "DnsRecords": [{"Type": "A", "TTL": 10}]})
    balancer = elbv2.create_load_balancer(Name="lgtm-alb", Subnets=[facts["subnets"]["public-a"], facts["subnets"]["public-c"]], SecurityGroups=[group], Scheme="internet-facing")["LoadBalancers"][0]["LoadBalancerArn"]
    groups = {name: elbv2.create_target_group(Name=f"lgtm-{name}-tg", Protocol="HTTP", Port=port, VpcId=facts["vpcId"], TargetType="ip", HealthCheckPath=HEALTH.get(name, "/ready"))["TargetGroups"][0]["TargetGroupArn"] for name, port in PORTS.items()}
    listener = elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": facts["certificateArn"]}], DefaultActions=[{"Type": "forward", "TargetGroupArn": groups["grafana"]}])["Listeners"][0]["ListenerArn"]
    for priority, name in enumerate(["grafana", "mimir", "loki", "tempo"], 1):
        elbv2.create_rule(ListenerArn=listener, Priority=priority, Conditions=[{"Field": "host-header", "Values": [f"{name}.example.com"]}], Actions=[{"Type": "forward", "TargetGroupArn": groups[name]}])


def routes():
    return {("GET", "/_emulator/world"): lambda *_: facts}


def reset():
    facts.clear()
